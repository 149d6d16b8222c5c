package io.shipote.card;

import java.util.BitSet;

/** A list of processors as the kernel writes it, such as {@code 0-3,8}; see {@code cpuset(7)}, List format. */
public final class CpuList {
    /** The highest number of a processor. */
    public static final int MAX_CPU = 8_191;

    /** Characters of a list, at most. */
    public static final int MAX_LENGTH = 4_096;

    private CpuList() {}

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static BitSet parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("is longer than " + MAX_LENGTH + " characters");
        }
        BitSet processors = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash), text);
            int last = dash < 0 ? first : number(part.substring(dash + 1), text);
            if (last < first) {
                throw new IllegalArgumentException("ends before it begins: " + part);
            }
            processors.set(first, last + 1);
        }
        return processors;
    }

    private static int number(String digits, String text) {
        if (!digits.matches("[0-9]{1,4}") || Integer.parseInt(digits) > MAX_CPU) {
            throw new IllegalArgumentException("must be a list of processors from 0 to " + MAX_CPU
                    + " such as \"0-3,8\", not " + CardText.quoted(text.length() > 64 ? text.substring(0, 64) : text));
        }
        return Integer.parseInt(digits);
    }

    static void check(String text, String path, Problems problems) {
        try {
            parse(text);
        } catch (IllegalArgumentException e) {
            problems.add(path, e.getMessage());
        }
    }
}
