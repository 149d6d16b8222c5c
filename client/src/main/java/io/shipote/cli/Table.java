package io.shipote.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns as wide as they need, two blanks apart, without blanks at the end of a line. */
final class Table {
    /** Characters of a cell, at most; the rest is cut. The last column is never cut. */
    static final int CELL_MAX = 40;

    private final String[] headings;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = headings;
    }

    /** A null cell is shown as a dash. */
    Table row(String... cells) {
        String[] shown = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i] == null || cells[i].isEmpty() ? "-" : printable(cells[i]);
            shown[i] = i < cells.length - 1 ? cut(cell) : cell;
        }
        rows.add(shown);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The whole table, ending with a line feed. */
    String text() {
        int[] widths = new int[headings.length];
        widen(widths, headings);
        for (int i = 0; i < rows.size(); i++) {
            widen(widths, rows.get(i));
        }
        StringBuilder out = new StringBuilder();
        append(out, widths, headings);
        for (int i = 0; i < rows.size(); i++) {
            append(out, widths, rows.get(i));
        }
        return out.toString();
    }

    private static void widen(int[] widths, String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], cells[i].codePointCount(0, cells[i].length()));
        }
    }

    private static void append(StringBuilder out, int[] widths, String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            out.append(cells[i]);
            if (i < cells.length - 1) {
                int blanks = widths[i] - cells[i].codePointCount(0, cells[i].length()) + 2;
                for (int j = 0; j < blanks; j++) {
                    out.append(' ');
                }
            }
        }
        out.append('\n');
    }

    private static String cut(String cell) {
        if (cell.codePointCount(0, cell.length()) <= CELL_MAX) {
            return cell;
        }
        return cell.substring(0, cell.offsetByCodePoints(0, CELL_MAX - 1)) + "…";
    }

    /** The text without control characters: labels may come from a file and must not steer the terminal. */
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                StringBuilder clean = new StringBuilder(text);
                for (int j = i; j < clean.length(); j++) {
                    if (Character.isISOControl(clean.charAt(j))) {
                        clean.setCharAt(j, '?');
                    }
                }
                return clean.toString();
            }
        }
        return text;
    }
}
