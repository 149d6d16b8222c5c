package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The cards of the demo: what it asks the daemon for. */
final class DemoCards {
    /** Where each stage of the pipeline stands among the nodes, by name. */
    private static final List<String> STAGES =
            List.of("read", "words", "lower", "sort", "count", "rank", "top", "total");

    private static final int LOWER = STAGES.indexOf("lower");
    private static final int TOP = STAGES.indexOf("top");
    private static final int TOTAL = STAGES.indexOf("total");
    private static final int BACKOFF_MS = 200;
    private static final String FAIL_ONCE = "mkdir \"$1\" 2>/dev/null && exit 1; exec uniq -c";

    /** In the place of a workspace's id, which a call gives by its label. */
    private static final String NO_WORKSPACE = "0".repeat(26);

    private DemoCards() {}

    static ObjectNode workspace(String label, long memBytes, long ttlMs) {
        ObjectNode spec = Invocation.parameters().put("label", label);
        ObjectNode soma = spec.putObject("soma");
        ObjectNode namespaces = soma.putObject("namespaces");
        for (String name : new String[] {"mount", "pid", "net", "uts", "ipc", "user", "cgroup"}) {
            namespaces.put(name, false);
        }
        soma.putObject("rlimits").put("mem_bytes", memBytes);
        soma.putObject("cgroup");
        spec.put("ttl", ttlMs);
        return spec;
    }

    static ObjectNode program(String label, String exec, String... arguments) {
        ObjectNode card = Invocation.parameters().put("label", label);
        ObjectNode program = card.putObject("payload").putObject("Native").put("exec", exec);
        ArrayNode argv = program.putArray("argv");
        for (String argument : arguments) {
            argv.add(argument);
        }
        program.putArray("envp").addArray().add("LC_ALL").add("C");
        return card;
    }

    /** A text that is there: the project's README, or a list that every distribution has. */
    static Path text() {
        Path jar = Path.of(System.getProperty("shipote.daemon.jar", "daemon/target/shipote-daemon.jar"))
                .toAbsolutePath();
        Path readme = jar.resolve("../../../README.md").normalize();
        return Files.isReadable(readme) ? readme : Path.of("/etc/services");
    }

    /**
     * A chain that splits in two: the five words found most often, and the number of words.
     *
     * @param marker is made by the stage that fails when it is not there
     */
    static ObjectNode pipeline(Path text, Path marker) {
        ObjectNode spec = Invocation.parameters().put("label", "word-count").put("workspace", NO_WORKSPACE);
        ArrayNode nodes = spec.putArray("nodes");
        nodes.add(program("read", "cat", text.toString()));
        nodes.add(program("words", "tr", "-cs", "A-Za-z", "\\n"));
        nodes.add(program("lower", "tr", "A-Z", "a-z"));
        nodes.add(program("sort", "sort"));
        nodes.add(program("count", "sh", "-c", FAIL_ONCE, "count", marker.toString()));
        nodes.add(program("rank", "sort", "-rn"));
        nodes.add(program("top", "head", "-n", "5"));
        nodes.add(program("total", "wc", "-l"));
        ArrayNode edges = spec.putArray("edges");
        for (int to = 1; to <= TOP; to++) {
            edge(edges, to - 1, to);
        }
        edge(edges, LOWER, TOTAL);
        spec.put("restart_on_failure", true).put("restart_backoff_ms", BACKOFF_MS);
        return spec;
    }

    /** The graph as text. */
    static String drawn(ObjectNode spec) {
        return Graph.of(PipelineSpec.decode(spec, "", new Problems())).draw();
    }

    private static void edge(ArrayNode edges, int from, int to) {
        edges.addObject()
                .put("from", from)
                .put("from_output", "stdout")
                .put("to", to)
                .put("to_input", "stdin");
    }
}
