package io.shipote.daemon.it;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.SomaSpec;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Cards for the tests. */
final class Specs {
    private Specs() {}

    /** A program with its arguments. */
    static ObjectNode command(String... words) {
        List<String> argv = Arrays.asList(words).subList(1, words.length);
        String exec = words[0];
        return CommandRef.nativeCommand(exec.substring(exec.lastIndexOf('/') + 1), exec, argv)
                .encode();
    }

    /** A shell that runs a script. */
    static ObjectNode shell(String script) {
        return command("/bin/sh", "-c", script);
    }

    /** A command's card with some of its soma and of our own keys set. */
    static ObjectNode asking(ObjectNode card, String soma, String own) {
        ObjectNode whole = (ObjectNode) SomaSpec.none().encode();
        merge(whole, soma);
        card.set("soma", whole);
        merge(card.withObject("/shipote"), own);
        return card;
    }

    private static void merge(ObjectNode into, String json) {
        ObjectNode changes = (ObjectNode) CardJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        changes.properties().forEach(one -> {
            if (one.getValue() instanceof ObjectNode object && into.get(one.getKey()) instanceof ObjectNode there) {
                object.properties().forEach(inner -> there.set(inner.getKey(), inner.getValue()));
            } else {
                into.set(one.getKey(), one.getValue());
            }
        });
    }

    static ObjectNode withCwd(ObjectNode command, Object directory) {
        command.withObject("/shipote").put("cwd", directory.toString());
        return command;
    }

    static ObjectNode withStdin(ObjectNode command, Object file) {
        command.withObject("/shipote").put("stdin", file.toString());
        return command;
    }

    static ObjectNode withEnv(ObjectNode command, String name, String value) {
        ((ArrayNode) command.at("/payload/Native/envp")).addArray().add(name).add(value);
        return command;
    }

    static WorkspaceSpec limited(String label, long memory, long processes) {
        WorkspaceSpec spec = WorkspaceSpec.of(label);
        return spec.withSoma(
                spec.soma().withMemBytes(Optional.of(U64.of(memory))).withNproc(Optional.of(processes)));
    }

    /** Stages s0, s1 … that are shell scripts, joined by edges {@code "0>1"}; {@code "0.2>1"} joins its stderr. */
    static PipelineSpec graph(String label, String workspace, List<String> scripts, String... edges) {
        List<CommandRef> nodes = new ArrayList<>();
        for (String script : scripts) {
            nodes.add(CommandRef.nativeCommand("s" + nodes.size(), "/bin/sh", List.of("-c", script)));
        }
        List<Edge> joined = new ArrayList<>();
        for (String edge : edges) {
            String[] ends = edge.split(">");
            joined.add(Edge.of(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
        }
        return PipelineSpec.of(label, WorkspaceId.parse(workspace), nodes, joined);
    }

    /** A chain of shell scripts. */
    static PipelineSpec chain(String label, String workspace, String... scripts) {
        String[] edges = new String[scripts.length - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = i + ">" + (i + 1);
        }
        return graph(label, workspace, List.of(scripts), edges);
    }

    /** The same pipeline with taps in all edges. */
    static PipelineSpec tapped(PipelineSpec spec) {
        EdgeOptions tapped = new EdgeOptions(EdgeOptions.Mode.BATCH, EdgeOptions.Merge.LINES, Optional.empty(), true);
        List<Edge> edges =
                spec.edges().stream().map(edge -> edge.withOptions(tapped)).toList();
        return PipelineSpec.of(spec.label(), spec.workspace(), spec.nodes(), edges);
    }

    /** The same pipeline, restarted on failure without much delay. */
    static PipelineSpec supervised(PipelineSpec spec) {
        return spec.withRestart(true, U64.of(50), U64.of(100), 0);
    }
}
