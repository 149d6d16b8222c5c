package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Samples of a workspace's use as people read them. */
final class StatsText {
    private static final String[] HEADINGS = {"TIME", "CMDS", "CPU", "MEMORY", "PEAK", "CPU TIME", "SOURCE"};
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private StatsText() {}

    /** All samples of a reply, and their course below. */
    static String table(JsonNode reply) {
        JsonNode samples = reply.path("samples");
        if (samples.isEmpty()) {
            return "(no samples)\n";
        }
        Table table = new Table(HEADINGS);
        double[] cpu = new double[samples.size()];
        double[] memory = new double[samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            JsonNode one = samples.get(i);
            table.row(cells(one));
            cpu[i] = one.path("cpu_percent").asDouble(Double.NaN);
            memory[i] = one.path("rss_bytes").asDouble(Double.NaN);
        }
        return table.text() + "\ncpu     " + Sparkline.of(cpu) + "\nmemory  " + Sparkline.of(memory) + "\n";
    }

    private static String[] cells(JsonNode one) {
        JsonNode at = one.path("at_ms");
        JsonNode cpu = one.path("cpu_percent");
        JsonNode used = one.path("cpu_usec");
        return new String[] {
            at.isNumber() ? CLOCK.format(Instant.ofEpochMilli(at.asLong())) : null,
            one.path("commands_alive").asText() + "/"
                    + one.path("commands_total").asText(),
            cpu.isNumber() ? tenths(cpu.asDouble()) + "%" : null,
            size(one.path("rss_bytes")),
            size(one.path("rss_peak_bytes")),
            used.isNumber() ? Durations.human(used.asLong() / 1_000) : null,
            Replies.text(one, "source")
        };
    }

    private static String size(JsonNode bytes) {
        return bytes.isNumber() ? Sizes.human(bytes.asLong()) : null;
    }

    private static String tenths(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    /** Sample after sample: headings once, then lines, each with the course of the processor so far. */
    static final class Watch {
        private static final int[] WIDTHS = {8, 7, 7, 7, 7, 9};
        private double[] cpu = new double[0];

        /** The lines of one reply's samples. */
        String lines(JsonNode reply) {
            StringBuilder out = new StringBuilder();
            if (cpu.length == 0) {
                append(out, HEADINGS, "");
            }
            for (JsonNode one : reply.path("samples")) {
                int kept = Math.min(cpu.length, Sparkline.MAX / 2 - 1);
                double[] longer = new double[kept + 1];
                System.arraycopy(cpu, cpu.length - kept, longer, 0, kept);
                longer[kept] = one.path("cpu_percent").asDouble(Double.NaN);
                cpu = longer;
                append(out, cells(one), "  " + Sparkline.of(cpu));
            }
            return out.toString();
        }

        private static void append(StringBuilder out, String[] cells, String course) {
            for (int i = 0; i < WIDTHS.length; i++) {
                String cell = cells[i] == null ? "-" : cells[i];
                out.append(cell);
                for (int j = cell.length(); j < WIDTHS[i] + 2; j++) {
                    out.append(' ');
                }
            }
            out.append(cells[6] == null ? "-" : Table.printable(cells[6]))
                    .append(course)
                    .append('\n');
        }
    }
}
