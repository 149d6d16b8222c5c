package io.shipote.cli;

/** A row of bars, one for each number, oldest first. */
final class Sparkline {
    /** Bars in a row, at most; older numbers are left out. */
    static final int MAX = 60;

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final char UNKNOWN = '·';

    private Sparkline() {}

    /** @param values from 0 up, scaled to the largest; NaN is drawn as a gap */
    static String of(double[] values) {
        int first = Math.max(0, values.length - MAX);
        double largest = 0;
        for (int i = first; i < values.length; i++) {
            largest = values[i] > largest ? values[i] : largest;
        }
        StringBuilder out = new StringBuilder();
        for (int i = first; i < values.length; i++) {
            out.append(Double.isNaN(values[i]) ? UNKNOWN : bar(values[i], largest));
        }
        return out.toString();
    }

    /** All of them in one row: where there are too many, one bar stands for the largest of several. */
    static String whole(double[] values) {
        if (values.length <= MAX) {
            return of(values);
        }
        double[] fewer = new double[MAX];
        for (int i = 0; i < MAX; i++) {
            fewer[i] = Double.NaN;
            for (int j = (int) ((long) i * values.length / MAX); j < (long) (i + 1) * values.length / MAX; j++) {
                fewer[i] = Double.isNaN(fewer[i]) || values[j] > fewer[i] ? values[j] : fewer[i];
            }
        }
        return of(fewer);
    }

    private static char bar(double value, double largest) {
        if (largest <= 0 || value <= 0) {
            return BARS.charAt(0);
        }
        return BARS.charAt((int) Math.min(BARS.length() - 1, Math.floor(value / largest * BARS.length())));
    }
}
