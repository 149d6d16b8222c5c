package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The stage that holds the others up: the first one whose input is nearly full while its output is nearly empty. What is
 * before it waits for room, what is behind it for bytes.
 */
final class Bottleneck {
    /** An input from here on is full. */
    static final double FULL = 0.5;

    /** An output up to here is empty. */
    static final double EMPTY = 0.25;

    private static final int PERCENT = 100;
    private static final long SECOND = 1_000;

    private final JsonNode stages;
    private final JsonNode flows;
    private final JsonNode before;

    /**
     * @param stages in the order of the spec
     * @param flows the edges as they are now
     * @param before the edges a second ago, or an empty list
     */
    Bottleneck(JsonNode stages, JsonNode flows, JsonNode before) {
        this.stages = stages;
        this.flows = flows;
        this.before = before;
    }

    /** The label of the stage; null if no stage holds the others up. */
    String stage() {
        for (JsonNode stage : stages) {
            String label = stage.path("label").asText();
            JsonNode input = fullest("to", label);
            JsonNode output = fullest("from", label);
            boolean empty = output == null || FlowText.share(output) <= EMPTY;
            if (input != null && FlowText.share(input) >= FULL && empty) {
                return label;
            }
        }
        return null;
    }

    /** One sentence that says which stage it is, and why. */
    String text() {
        String stage = stage();
        if (stage == null) {
            return idle() ? "nothing flows now" : "no stage holds the others up";
        }
        JsonNode input = fullest("to", stage);
        JsonNode output = fullest("from", stage);
        StringBuilder out = new StringBuilder(stage)
                .append(" holds the others up: its input ")
                .append(FlowText.name(input))
                .append(" is ")
                .append(percent(input))
                .append(" full");
        if (output == null) {
            out.append(" and nothing is behind it");
        } else {
            out.append(", its output ")
                    .append(FlowText.name(output))
                    .append(" only ")
                    .append(percent(output));
        }
        long blocked = blockedMs(input);
        if (blocked > 0) {
            out.append("; what feeds it was blocked for ")
                    .append(Math.min(blocked, SECOND))
                    .append(" ms of the last second");
        }
        return out.toString();
    }

    private boolean idle() {
        for (JsonNode flow : flows) {
            if (flow.path("bytes_per_s").asLong() > 0
                    || flow.path("backlog_bytes").asLong() > 0) {
                return false;
            }
        }
        return true;
    }

    private static String percent(JsonNode flow) {
        return Math.round(FlowText.share(flow) * PERCENT) + "%";
    }

    /** The fullest edge that leads {@code to} or {@code from} a stage; null if there is none. */
    private JsonNode fullest(String end, String label) {
        JsonNode fullest = null;
        for (JsonNode flow : flows) {
            boolean of = flow.path(end).asText().equals(label);
            if (of && (fullest == null || FlowText.share(flow) > FlowText.share(fullest))) {
                fullest = flow;
            }
        }
        return fullest;
    }

    private long blockedMs(JsonNode flow) {
        for (JsonNode earlier : before) {
            if (earlier.path("edge").asLong() == flow.path("edge").asLong()) {
                return flow.path("blocked_ms").asLong()
                        - earlier.path("blocked_ms").asLong();
            }
        }
        return 0;
    }
}
