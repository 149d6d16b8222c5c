package io.shipote.core.linux;

import com.sun.jna.Native;

/** Lowers this process's own limit of descriptors for a while; see {@code setrlimit(2)}. */
final class DescriptorLimit {
    private static final int RLIMIT_NOFILE = 7;

    static {
        Native.register(DescriptorLimit.class, (String) null);
    }

    private final long[] before = new long[2];

    /** Descriptors with numbers from {@code soft} on cannot be had. */
    DescriptorLimit(long soft) {
        if (getrlimit(RLIMIT_NOFILE, before) < 0 || setrlimit(RLIMIT_NOFILE, new long[] {soft, before[1]}) < 0) {
            throw new IllegalStateException("errno " + Native.getLastError());
        }
    }

    static native int getrlimit(int resource, long[] limit);

    static native int setrlimit(int resource, long[] limit);

    /** Raises it to what it was. */
    void close() {
        if (setrlimit(RLIMIT_NOFILE, before) < 0) {
            throw new IllegalStateException("errno " + Native.getLastError());
        }
    }
}
