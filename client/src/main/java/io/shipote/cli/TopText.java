package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What is used now, as people read it. */
final class TopText {
    private static final int TENTHS = 10;

    private TopText() {}

    /** The share of processors, 100% being one; null if it is not known. */
    static String cpu(JsonNode usage) {
        JsonNode percent = usage.path("cpu_percent");
        if (!percent.isNumber()) {
            return null;
        }
        long tenths = Math.round(percent.asDouble() * TENTHS);
        return tenths / TENTHS + "." + tenths % TENTHS + "%";
    }

    /** The memory; null if it is not known. */
    static String memory(JsonNode usage) {
        JsonNode bytes = usage.path("memory_bytes");
        return bytes.isNumber() ? Sizes.human(bytes.asLong()) : null;
    }
}
