package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Short words for tests of cards. Single quotes stand for double ones. */
public final class Cards {
    /** The id used where any will do. */
    public static final WorkspaceId WORKSPACE = WorkspaceId.parse("01KR0Y2GP83CP3TKJZC1RR54R4");

    private Cards() {}

    public static byte[] fixture(String name) {
        try (InputStream in = Cards.class.getResourceAsStream("/fixtures/snapshot/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    public static JsonNode tree(String json) {
        return CardJson.parse(utf8(json.replace('\'', '"')));
    }

    public static List<String> lines(Problems problems) {
        List<String> lines = new ArrayList<>();
        for (Problem problem : problems.list()) {
            lines.add(problem.toString());
        }
        return lines;
    }

    public static WorkspaceSpec workspace(String json) {
        Problems problems = new Problems();
        WorkspaceSpec spec = WorkspaceSpec.decode(tree(json), "", problems);
        problems.throwIfAny("the workspace");
        return spec;
    }

    public static List<String> workspaceProblems(String json) {
        Problems problems = new Problems();
        WorkspaceSpec.decode(tree(json), "", problems);
        return lines(problems);
    }

    public static PipelineSpec pipeline(String json) {
        Problems problems = new Problems();
        PipelineSpec spec = PipelineSpec.decode(tree(json), "", problems);
        problems.throwIfAny("the pipeline");
        return spec;
    }

    public static List<String> pipelineProblems(String json) {
        Problems problems = new Problems();
        PipelineSpec.decode(tree(json), "", problems);
        return lines(problems);
    }

    /** A pipeline of commands with these labels and edges "a b", by label. */
    public static PipelineSpec graph(List<String> labels, String... edges) {
        List<CommandRef> nodes = new ArrayList<>();
        for (String label : labels) {
            nodes.add(CommandRef.nativeCommand(label, "/bin/true", List.of()));
        }
        List<Edge> list = new ArrayList<>();
        for (String edge : edges) {
            String[] ends = edge.split(" ");
            list.add(Edge.of(labels.indexOf(ends[0]), labels.indexOf(ends[1])));
        }
        return PipelineSpec.of("graph", WORKSPACE, nodes, list);
    }
}
