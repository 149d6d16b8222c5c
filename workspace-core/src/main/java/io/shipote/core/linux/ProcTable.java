package io.shipote.core.linux;

import java.util.Arrays;

/**
 * The processes of one look at {@code /proc}, one row each, in arrays that are used again; a row is found by its pid.
 * Confined to the sampler's thread.
 */
final class ProcTable {
    static final int NONE = -1;

    private static final int FIRST_ROWS = 256;

    int[] pid = new int[FIRST_ROWS];
    int[] parent = new int[FIRST_ROWS];
    int[] session = new int[FIRST_ROWS];
    long[] startTicks = new long[FIRST_ROWS];
    long[] cpuTicks = new long[FIRST_ROWS];
    boolean[] live = new boolean[FIRST_ROWS];
    long[] pages = new long[FIRST_ROWS];
    /** Whose it is; null for nobody's. */
    ScanMeter[] owner = new ScanMeter[FIRST_ROWS];

    private int rows;
    /** Open addressing: the row plus one, 0 for free; twice the rows at least. */
    private int[] buckets = new int[FIRST_ROWS * 4];

    int rows() {
        return rows;
    }

    void clear() {
        Arrays.fill(owner, 0, rows, null);
        rows = 0;
        Arrays.fill(buckets, 0);
    }

    /** A new row for this process. */
    int add(int newPid) {
        if (rows == pid.length) {
            grow();
        }
        int row = rows++;
        pid[row] = newPid;
        put(row);
        return row;
    }

    /** The row of a process, or {@link #NONE}. */
    int row(int wanted) {
        int at = bucket(wanted);
        while (buckets[at] != 0) {
            int row = buckets[at] - 1;
            if (pid[row] == wanted) {
                return row;
            }
            at = at + 1 == buckets.length ? 0 : at + 1;
        }
        return NONE;
    }

    private void put(int row) {
        int at = bucket(pid[row]);
        while (buckets[at] != 0) {
            at = at + 1 == buckets.length ? 0 : at + 1;
        }
        buckets[at] = row + 1;
    }

    private int bucket(int key) {
        return (int) ((key * 0x9E3779B97F4A7C15L >>> 33) % buckets.length);
    }

    private void grow() {
        int size = rows * 2;
        pid = Arrays.copyOf(pid, size);
        parent = Arrays.copyOf(parent, size);
        session = Arrays.copyOf(session, size);
        startTicks = Arrays.copyOf(startTicks, size);
        cpuTicks = Arrays.copyOf(cpuTicks, size);
        live = Arrays.copyOf(live, size);
        pages = Arrays.copyOf(pages, size);
        owner = Arrays.copyOf(owner, size);
        buckets = new int[size * 4];
        for (int row = 0; row < rows; row++) {
            put(row);
        }
    }
}
