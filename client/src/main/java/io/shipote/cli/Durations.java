package io.shipote.cli;

/** Durations as people write them: {@code 200ms}, {@code 1.5s}, {@code 30m}, {@code 2h}, {@code 7d}; a bare number is seconds. */
final class Durations {
    private static final String[] UNITS = {"ms", "s", "m", "h", "d"};
    private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};

    private Durations() {}

    /**
     * @param name what the text is, for the message
     * @return milliseconds
     */
    static long parse(String name, String text) {
        int digits = Sizes.digits(text);
        String unit = text.substring(digits);
        long factor = unit.isEmpty() ? 1_000 : 0;
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                factor = MILLIS[i];
            }
        }
        if (digits == 0 || factor == 0) {
            throw new UsageException(name + " is no duration: " + text + " (such as 200ms, 5s, 30m, 2h, 7d)");
        }
        return Sizes.scaled(name, text.substring(0, digits), factor);
    }

    /** Two units at most: {@code 45s}, {@code 3m12s}, {@code 2h5m}, {@code 4d3h}. */
    static String human(long millis) {
        if (millis < 0) {
            return "0s";
        }
        if (millis < 1_000) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return pair(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return pair(seconds / 3_600, "h", seconds % 3_600 / 60, "m");
        }
        return pair(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
