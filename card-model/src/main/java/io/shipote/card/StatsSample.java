package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One measurement of a workspace, as it is kept in a file; empty means not measurable.
 *
 * @param commandsAlive commands running
 * @param commandsTotal commands known
 * @param rssBytes memory in bytes
 * @param rssPeakBytes most memory ever, in bytes
 * @param cpuUsec processor time used, in microseconds
 * @param cpuPercent share of one processor since the sample before; 100 is one processor. Never infinite or NaN
 * @param cpuCores processors of the host
 * @param uptimeMs age of the workspace in milliseconds
 */
public record StatsSample(
        long commandsAlive,
        long commandsTotal,
        Optional<U64> rssBytes,
        Optional<U64> rssPeakBytes,
        Optional<U64> cpuUsec,
        Optional<Float> cpuPercent,
        long cpuCores,
        U64 uptimeMs,
        Shape shape) {
    public StatsSample {
        if (cpuPercent.isPresent() && !Float.isFinite(cpuPercent.get())) {
            cpuPercent = Optional.empty();
        }
    }

    public static StatsSample decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new StatsSample(
                in.u32("commands_alive"),
                in.u32("commands_total"),
                in.optionalU64("rss_bytes"),
                in.optionalU64("rss_peak_bytes"),
                in.optionalU64("cpu_usec"),
                percent(in.nullable("cpu_percent"), in.at("cpu_percent"), problems),
                in.u32("cpu_cores"),
                in.u64("uptime_ms"),
                in.shape());
    }

    private static Optional<Float> percent(JsonNode node, String path, Problems problems) {
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isNumber()) {
            Scalars.wrongType("a number", node, path, problems);
            return Optional.empty();
        }
        // Through the digits: rounding to double first could hit the neighbour of the number that was written.
        return Optional.of(Float.parseFloat(node.isFloat() ? Float.toString(node.floatValue()) : node.asText()));
    }

    public ObjectNode encode() {
        return new FieldWriter(shape)
                .put("commands_alive", commandsAlive)
                .put("commands_total", commandsTotal)
                .putU64("rss_bytes", rssBytes)
                .putU64("rss_peak_bytes", rssPeakBytes)
                .putU64("cpu_usec", cpuUsec)
                .put(
                        "cpu_percent",
                        cpuPercent.isEmpty()
                                ? JsonNodeFactory.instance.nullNode()
                                : JsonNodeFactory.instance.numberNode(
                                        cpuPercent.get().floatValue()),
                        cpuPercent.isEmpty())
                .put("cpu_cores", cpuCores)
                .put("uptime_ms", uptimeMs.encode())
                .end();
    }
}
