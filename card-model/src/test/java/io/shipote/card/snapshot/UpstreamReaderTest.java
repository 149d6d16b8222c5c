package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is exported for upstream against the rules of upstream's own reader, written down here once more and apart from our
 * codec: which keys it requires, of which type, and which words it knows.
 */
class UpstreamReaderTest {
    private static final String ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

    private static final List<String> NAMESPACES = List.of("mount", "pid", "net", "uts", "ipc", "user", "cgroup");

    private static final Map<String, String> WORDS = Map.of(
            "on_exit", "reap|keep|snapshot",
            "networking", "none|loopback|outbound|full",
            "filesystem", "none|read-only|read-write",
            "direction", "input|output",
            "scope", "workspace|public",
            "mem", "none|log|kill",
            "nproc", "none|log|kill");

    private final List<String> faults = new ArrayList<>();

    private static JsonNode exported(String fixture) throws IOException {
        try (InputStream in = UpstreamReaderTest.class.getResourceAsStream("/fixtures/snapshot/" + fixture)) {
            byte[] file = in.readAllBytes();
            // Everything that is ours in an entry, as a daemon writes it.
            String ours = new String(file, StandardCharsets.UTF_8)
                    .replaceFirst(
                            "\"workspaces\": \\[\\s*\\{",
                            "\"workspaces\": [ {\"shipote\": {\"created_ms\": 1, \"commands\": []},");
            byte[] written =
                    SnapshotLayout.write(UpstreamForm.of(Snapshot.decode(ours.getBytes(StandardCharsets.UTF_8)))
                            .snapshot());
            assertFalse(new String(written, StandardCharsets.UTF_8).contains("shipote\":"));
            return CardJson.parse(written);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state-v1.json",
                "state-v1-lean.json",
                "state-v2.json",
                "state-v3.json",
                "state-v4.json",
                "state-v4-minimal.json",
                "state-v4-one-bad-label.json"
            })
    void upstreamReadsWhatIsExported(String fixture) throws IOException {
        JsonNode root = exported(fixture);
        assertEquals(
                List.of("version", "timestamp_ms", "workspaces", "saved_pipelines", "live_pipelines"), names(root));
        assertEquals(4, root.path("version").intValue());
        for (JsonNode entry : root.path("workspaces")) {
            need(entry.path("id").asText().matches(ULID), "id", entry);
            workspace(entry.path("spec"));
            need(entry.path("stats_history").size() <= 16, "stats_history", entry);
            entry.path("stats_history").forEach(this::sample);
        }
        for (JsonNode entry : root.path("saved_pipelines")) {
            need(entry.path("name").isTextual(), "name", entry);
            pipeline(entry.path("spec"));
        }
        for (JsonNode entry : root.path("live_pipelines")) {
            need(entry.path("workspace").asText().matches(ULID), "workspace", entry);
            need(entry.path("tap").isBoolean(), "tap", entry);
            pipeline(entry.path("spec"));
        }
        words(root);
        assertEquals(List.of(), faults);
    }

    private void workspace(JsonNode spec) {
        need(!spec.path("label").asText().isBlank(), "label", spec);
        JsonNode ttl = spec.path("ttl");
        need(ttl.isMissingNode() || ttl.isNull() || ttl.isIntegralNumber(), "ttl", spec);
        soma(spec.path("soma"));
        for (JsonNode slot : spec.path("flow_dirs")) {
            need(slot.path("name").isTextual() && slot.has("direction"), "flow_dirs", slot);
        }
    }

    private void soma(JsonNode soma) {
        if (soma.isMissingNode()) {
            return;
        }
        for (String namespace : NAMESPACES) {
            need(soma.path("namespaces").path(namespace).isBoolean(), "namespaces." + namespace, soma);
        }
        need(soma.path("rlimits").isObject(), "rlimits", soma);
        need(soma.path("cgroup").isObject(), "cgroup", soma);
    }

    private void sample(JsonNode sample) {
        for (String key : List.of("commands_alive", "commands_total", "cpu_cores", "uptime_ms")) {
            need(sample.path(key).isIntegralNumber(), key, sample);
        }
    }

    private void pipeline(JsonNode spec) {
        need(spec.path("label").isTextual(), "label", spec);
        need(spec.path("workspace").asText().matches(ULID), "workspace", spec);
        need(spec.path("nodes").isArray(), "nodes", spec);
        for (JsonNode node : spec.path("nodes")) {
            need(node.path("label").isTextual() && node.has("payload"), "label, payload", node);
            JsonNode program = node.path("payload").path("Native");
            if (program.isObject()) {
                need(program.path("exec").isTextual(), "exec", program);
                need(program.path("argv").isArray() && program.path("envp").isArray(), "argv, envp", program);
            }
            soma(node.path("soma"));
        }
        for (JsonNode edge : spec.path("edges")) {
            need(edge.path("from").isIntegralNumber() && edge.path("to").isIntegralNumber(), "from, to", edge);
            need(edge.path("from_output").isTextual() && edge.path("to_input").isTextual(), "ports", edge);
        }
    }

    private void words(JsonNode node) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String known = WORDS.get(field.getKey());
            if (known != null && field.getValue().isTextual()) {
                need(field.getValue().asText().matches(known), field.getKey(), node);
            }
        }
        node.forEach(this::words);
    }

    private void need(boolean holds, String key, JsonNode where) {
        if (!holds) {
            faults.add(key + " in " + where);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
