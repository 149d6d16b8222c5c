package io.shipote.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which heads of logs are given up so that all together fit a bound: first the logs of ended runs, oldest first
 * and whole; then those of live runs, the largest first. So that not every look cuts, an eighth of the bound is freed
 * with it. Pure.
 */
final class LogBudget {
    private static final int FREED_SHARE = 8;

    /** Holes begin and end at blocks; this is a multiple of those of the usual file systems. */
    private static final long BLOCK = 4096;

    private LogBudget() {}

    /**
     * A log file.
     *
     * @param size its length in bytes, the head that has been given up included
     * @param head how much of it has been given up
     * @param live whether somebody may still write it
     */
    record Held(Path file, long size, long head, boolean live) {
        long bytes() {
            return Math.max(0, size - head);
        }

        Held cutTo(long newHead) {
            return new Held(file, size, newHead, live);
        }
    }

    /**
     * The logs to be cut, with their new heads.
     *
     * @param logs oldest first
     */
    static List<Held> cuts(List<Held> logs, long bound) {
        long total = logs.stream().mapToLong(Held::bytes).sum();
        if (total <= bound) {
            return List.of();
        }
        long excess = total - (bound - bound / FREED_SHARE);
        Map<Path, Held> cuts = new LinkedHashMap<>();
        for (Held log : logs) {
            if (excess > 0 && !log.live() && log.bytes() > 0) {
                excess -= log.bytes();
                cuts.put(log.file(), log.cutTo(log.size()));
            }
        }
        if (excess > 0) {
            level(logs.stream().filter(Held::live).toList(), excess).forEach(cut -> cuts.put(cut.file(), cut));
        }
        return List.copyOf(cuts.values());
    }

    /** The end of the block that this byte is in: where a whole file is given up its last, partial block goes too. */
    static long block(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Cuts the largest down to one common size, so that {@code excess} bytes are freed. */
    private static List<Held> level(List<Held> live, long excess) {
        List<Held> ascending = new ArrayList<>(live);
        ascending.sort(Comparator.comparingLong(Held::bytes));
        long left = live.stream().mapToLong(Held::bytes).sum() - excess;
        List<Held> cuts = new ArrayList<>();
        for (int i = 0; i < ascending.size(); i++) {
            Held log = ascending.get(i);
            long share = Math.min(log.bytes(), Math.max(0, left) / (ascending.size() - i));
            left -= share;
            long head = (log.size() - share) / BLOCK * BLOCK;
            if (head > log.head()) {
                cuts.add(log.cutTo(head));
            }
        }
        return cuts;
    }
}
