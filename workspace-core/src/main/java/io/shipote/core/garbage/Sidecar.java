package io.shipote.core.garbage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The small file that says whose a directory or a socket is. Ours name a process for ever; those of other programs name
 * a moment only. It holds no environment and no arguments.
 *
 * @param identity of the daemon, in ours
 * @param spawnedMs when it was started, Unix milliseconds
 * @param seenMs when it was last found alive, Unix milliseconds
 */
public record Sidecar(Optional<ProcessIdentity> identity, Optional<Long> spawnedMs, Optional<Long> seenMs) {
    static final String SPAWNED = "spawned_at_unix_ms";
    static final String SEEN = "last_seen_unix_ms";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Empty if it is no JSON object. Keys of another type than expected count as absent. */
    public static Optional<Sidecar> parse(byte[] text) {
        return object(text).map(node -> new Sidecar(identity(node), number(node, SPAWNED), number(node, SEEN)));
    }

    /** The same text with another {@link #seenMs}; empty if it is no object, or says so already. */
    static Optional<byte[]> seen(byte[] text, long nowMs) {
        return object(text)
                .filter(node -> !number(node, SEEN).equals(Optional.of(nowMs)))
                .map(node -> bytes(node.put(SEEN, nowMs)));
    }

    /** Our own, as it stands beside a socket. */
    public static byte[] of(ProcessIdentity daemon, long nowMs, Path socket, Path state) {
        return bytes(JsonNodeFactory.instance
                .objectNode()
                .put("boot_id", daemon.bootId())
                .put("pid", daemon.pid())
                .put("start_ticks", daemon.startTicks())
                .put(SPAWNED, nowMs)
                .put("socket", socket.toString())
                .put("state_directory", state.toString()));
    }

    private static Optional<ObjectNode> object(byte[] text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode node ? Optional.of(node) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessIdentity> identity(ObjectNode node) {
        Optional<Long> pid = number(node, "pid").filter(value -> value > 0 && value <= Integer.MAX_VALUE);
        Optional<Long> ticks = number(node, "start_ticks");
        JsonNode boot = node.path("boot_id");
        return pid.isPresent() && ticks.isPresent() && boot.isTextual()
                ? Optional.of(new ProcessIdentity(boot.asText(), pid.get().intValue(), ticks.get()))
                : Optional.empty();
    }

    private static Optional<Long> number(ObjectNode node, String key) {
        JsonNode value = node.path(key);
        return value.canConvertToLong() && value.isIntegralNumber() ? Optional.of(value.asLong()) : Optional.empty();
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always JSON", e);
        }
    }
}
