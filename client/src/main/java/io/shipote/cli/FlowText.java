package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** What flows through edges, as people read it. */
final class FlowText {
    private static final int PERCENT = 100;

    private FlowText() {}

    /** All edges of all pipelines. */
    static String list(JsonNode flows) {
        if (flows.isEmpty()) {
            return "(no edges: no pipeline runs)\n";
        }
        Table table = new Table("PIPELINE", "LABEL", "EDGE", "FROM->TO", "PATH", "BYTES", "RATE", "BACKLOG", "SEEN");
        for (JsonNode flow : flows) {
            table.row(
                    Replies.text(flow, "pipeline"),
                    Replies.text(flow, "label"),
                    flow.path("edge").asText(),
                    name(flow),
                    Replies.text(flow, "path"),
                    Sizes.human(flow.path("bytes").asLong()),
                    rate(flow),
                    backlog(flow),
                    seen(flow));
        }
        return table.text();
    }

    /** The edge by the labels of its stages, as it can be given to {@code pipeline tap}. */
    static String name(JsonNode flow) {
        String output = flow.path("from_output").asText();
        return flow.path("from").asText()
                + (output.equals("stdout") ? "" : ":" + output)
                + "->"
                + flow.path("to").asText();
    }

    static String rate(JsonNode flow) {
        return Sizes.human(flow.path("bytes_per_s").asLong()) + "/s";
    }

    /** How full the pipe in front of the consumer is. */
    static String backlog(JsonNode flow) {
        long size = flow.path("pipe_bytes").asLong();
        return size == 0 ? null : Math.round(share(flow) * PERCENT) + "%";
    }

    /** The same from 0 to 1; 0 where the size is not known. */
    static double share(JsonNode flow) {
        long size = flow.path("pipe_bytes").asLong();
        return size == 0 ? 0 : Math.min(1, (double) flow.path("backlog_bytes").asLong() / size);
    }

    static String seen(JsonNode flow) {
        return flow.path("sampled").asBoolean() ? "sampled" : "exact";
    }

    /** The edges of one pipeline, look after look, with the course of each. */
    static final class Course {
        private final Map<Long, double[]> rates = new HashMap<>();

        /** The edges as they are in this look. */
        String table(JsonNode flows) {
            Table table = new Table("EDGE", "FROM->TO", "BYTES", "RATE", "BACKLOG", "BLOCKED", "SEEN", "COURSE");
            for (JsonNode flow : flows) {
                table.row(
                        flow.path("edge").asText(),
                        name(flow),
                        Sizes.human(flow.path("bytes").asLong()),
                        rate(flow),
                        backlog(flow),
                        Durations.human(flow.path("blocked_ms").asLong()),
                        seen(flow),
                        Sparkline.of(longer(flow)));
            }
            return table.isEmpty() ? "(no edges)\n" : table.text();
        }

        private double[] longer(JsonNode flow) {
            double[] before = rates.getOrDefault(flow.path("edge").asLong(), new double[0]);
            int kept = Math.min(before.length, Sparkline.MAX / 2 - 1);
            double[] after = new double[kept + 1];
            System.arraycopy(before, before.length - kept, after, 0, kept);
            after[kept] = flow.path("bytes_per_s").asDouble();
            rates.put(flow.path("edge").asLong(), after);
            return after;
        }
    }
}
