package io.shipote.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sizes in bytes as people write them: {@code 4096}, {@code 64K}, {@code 256M}, {@code 1.5G}; powers of 1,024. */
final class Sizes {
    private static final String SUFFIXES = "KMGT";

    private Sizes() {}

    /**
     * @param name what the text is, for the message
     * @return bytes
     */
    static long parse(String name, String text) {
        int digits = digits(text);
        String unit = text.substring(digits);
        if (unit.endsWith("iB") || unit.length() > 1 && unit.endsWith("B")) {
            unit = unit.substring(0, 1);
        }
        int power = unit.length() == 1 ? SUFFIXES.indexOf(Character.toUpperCase(unit.charAt(0))) : -1;
        if (digits == 0 || power < 0 && !unit.isEmpty()) {
            throw new UsageException(name + " is no size: " + text + " (such as 4096, 64K, 256M, 1G)");
        }
        return scaled(name, text.substring(0, digits), unit.isEmpty() ? 1 : 1L << 10 * (power + 1));
    }

    /** A whole number from 0. */
    static long count(String name, String text) {
        int digits = digits(text);
        if (digits == 0 || digits < text.length() || text.indexOf('.') >= 0) {
            throw new UsageException(name + " is no whole number: " + text);
        }
        return scaled(name, text, 1);
    }

    /** How many characters of the text are a number, with at most one point within. */
    static int digits(String text) {
        int i = 0;
        boolean point = false;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '.' && !point && i > 0) {
                point = true;
            } else if (c < '0' || c > '9') {
                break;
            }
            i++;
        }
        return i > 0 && text.charAt(i - 1) == '.' ? i - 1 : i;
    }

    /** The number times a factor; a fraction of the smallest unit is dropped. */
    static long scaled(String name, String number, long factor) {
        BigDecimal value = new BigDecimal(number).multiply(BigDecimal.valueOf(factor));
        if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new UsageException(name + " is too large: " + number);
        }
        return value.setScale(0, RoundingMode.DOWN).longValue();
    }

    /** Three digits or so: {@code 512B}, {@code 4.0K}, {@code 256M}. */
    static String human(long bytes) {
        if (bytes < 1_024) {
            return bytes + "B";
        }
        long unit = 1_024;
        int power = 0;
        while (power + 1 < SUFFIXES.length() && bytes >= unit * 1_024) {
            unit *= 1_024;
            power++;
        }
        long tenths = bytes / (unit / 1_024) * 10 / 1_024;
        String number = tenths < 100 ? tenths / 10 + "." + tenths % 10 : String.valueOf(tenths / 10);
        return number + SUFFIXES.charAt(power);
    }
}
