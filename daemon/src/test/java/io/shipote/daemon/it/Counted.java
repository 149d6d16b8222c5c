package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Iterator;
import java.util.List;

/** Figures of tests that count. */
final class Counted {
    private Counted() {}

    /** How many lines there are; fails unless they are the numbers from one on, each once. */
    static long lines(String text) {
        long last = 0;
        for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
            assertEquals(Long.toString(++last), lines.next(), "a line is missing, cut or doubled");
        }
        return last;
    }

    /** Median, first and third quartile. */
    static String quartiles(List<Long> figures) {
        List<Long> sorted = figures.stream().sorted().toList();
        return sorted.get(sorted.size() / 2) + " (" + sorted.get(sorted.size() / 4) + " to "
                + sorted.get(sorted.size() * 3 / 4) + ")";
    }
}
