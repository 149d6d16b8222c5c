package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Samples of a workspace's use as people read them. */
final class StatsText {
    /** Lines of a table unless more are asked for; the courses below it are of all samples. */
    static final int SHOWN = 20;

    private static final String[] HEADINGS = {"TIME", "CMDS", "CPU", "MEMORY", "PEAK", "CPU TIME", "SOURCE"};
    private static final String[] PRESSURES = {"cpu", "memory", "io"};
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private StatsText() {}

    /**
     * The last samples of a reply, and the course of all of them below. Columns that no sample has are left out.
     *
     * @param shown samples in the table, at most
     */
    static String table(JsonNode reply, int shown) {
        JsonNode samples = reply.path("samples");
        if (samples.isEmpty()) {
            return "(no samples)\n";
        }
        int first = Math.max(0, samples.size() - shown);
        boolean rolled = !Replies.or(reply, "tier", "1s").equals("1s");
        boolean disks = any(samples, "/io_read_bytes") || any(samples, "/io_write_bytes");
        boolean[] pressures = new boolean[PRESSURES.length];
        for (int i = 0; i < pressures.length; i++) {
            pressures[i] = any(samples, "/pressure/" + PRESSURES[i] + "_some");
        }
        Table table = new Table(headings(rolled, disks, pressures));
        for (int i = first; i < samples.size(); i++) {
            table.row(more(samples.get(i), rolled, disks, pressures));
        }
        String left = first > 0 ? "(" + first + " samples before: --tail)\n" : "";
        return left + table.text() + courses(samples);
    }

    private static boolean any(JsonNode samples, String pointer) {
        for (JsonNode one : samples) {
            if (one.at(pointer).isNumber()) {
                return true;
            }
        }
        return false;
    }

    private static String[] headings(boolean rolled, boolean disks, boolean[] pressures) {
        List<String> all = new ArrayList<>(List.of(HEADINGS).subList(0, HEADINGS.length - 1));
        if (rolled) {
            all.add("CPU MAX");
            all.add("MEM MAX");
        }
        if (disks) {
            all.add("READ");
            all.add("WRITTEN");
        }
        for (int i = 0; i < pressures.length; i++) {
            if (pressures[i]) {
                all.add(PRESSURES[i].toUpperCase(Locale.ROOT) + " PRESSURE");
            }
        }
        all.add(HEADINGS[HEADINGS.length - 1]);
        return all.toArray(new String[0]);
    }

    private static String[] more(JsonNode one, boolean rolled, boolean disks, boolean[] pressures) {
        String[] plain = cells(one);
        List<String> all = new ArrayList<>(Arrays.asList(plain).subList(0, plain.length - 1));
        if (rolled) {
            JsonNode most = one.path("cpu_percent_max");
            all.add(most.isNumber() ? tenths(most.asDouble()) + "%" : null);
            all.add(size(one.path("rss_max_bytes")));
        }
        if (disks) {
            all.add(size(one.path("io_read_bytes")));
            all.add(size(one.path("io_write_bytes")));
        }
        for (int i = 0; i < pressures.length; i++) {
            if (pressures[i]) {
                all.add(pressure(one.path("pressure"), PRESSURES[i]));
            }
        }
        all.add(plain[plain.length - 1]);
        return all.toArray(new String[0]);
    }

    /** The share of time in which some, and in which all, had to wait. */
    private static String pressure(JsonNode pressure, String of) {
        JsonNode some = pressure.path(of + "_some");
        JsonNode full = pressure.path(of + "_full");
        if (!some.isNumber()) {
            return null;
        }
        return tenths(some.asDouble()) + (full.isNumber() ? "/" + tenths(full.asDouble()) : "") + "%";
    }

    /** The course of processor and memory, oldest first. */
    static String courses(JsonNode samples) {
        double[] cpu = new double[samples.size()];
        double[] memory = new double[samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            cpu[i] = samples.get(i).path("cpu_percent").asDouble(Double.NaN);
            memory[i] = samples.get(i).path("rss_bytes").asDouble(Double.NaN);
        }
        return "\ncpu     " + Sparkline.whole(cpu) + "\nmemory  " + Sparkline.whole(memory) + "\n";
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

    static String size(JsonNode bytes) {
        return bytes.isNumber() ? Sizes.human(bytes.asLong()) : null;
    }

    static String tenths(double value) {
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
