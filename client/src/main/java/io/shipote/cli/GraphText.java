package io.shipote.cli;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;
import java.util.List;

/** Pipelines in the languages of graph drawing programs; streams have thick lines. */
final class GraphText {
    private GraphText() {}

    /** For Graphviz. */
    static String dot(PipelineSpec spec) {
        StringBuilder out =
                new StringBuilder("digraph ").append(quoted(spec.label())).append(" {\n  rankdir=LR;\n");
        for (int i = 0; i < spec.nodes().size(); i++) {
            out.append("  n")
                    .append(i)
                    .append(" [label=")
                    .append(quoted(spec.nodes().get(i).label()));
            out.append(", shape=box];\n");
        }
        Graph graph = Graph.of(spec);
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            out.append("  n").append(edge.from()).append(" -> n").append(edge.to());
            out.append(" [label=").append(quoted(ports(edge, graph.notes(i))));
            out.append(edge.options().mode() == EdgeOptions.Mode.STREAM ? ", style=bold" : "");
            out.append("];\n");
        }
        return out.append("}\n").toString();
    }

    /** For Mermaid, as Markdown renderers draw it. */
    static String mermaid(PipelineSpec spec) {
        StringBuilder out = new StringBuilder("flowchart LR\n");
        for (int i = 0; i < spec.nodes().size(); i++) {
            out.append("  n")
                    .append(i)
                    .append("[\"")
                    .append(entity(spec.nodes().get(i).label()))
                    .append("\"]\n");
        }
        Graph graph = Graph.of(spec);
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            String arrow = edge.options().mode() == EdgeOptions.Mode.STREAM ? " ==>|\"" : " -->|\"";
            out.append("  n").append(edge.from()).append(arrow).append(entity(ports(edge, graph.notes(i))));
            out.append("\"| n").append(edge.to()).append('\n');
        }
        return out.toString();
    }

    private static String ports(Edge edge, List<String> notes) {
        String ports = edge.fromOutput() + " → " + edge.toInput();
        return notes.isEmpty() ? ports : ports + " (" + String.join(", ", notes) + ")";
    }

    private static String quoted(String text) {
        return '"' + Table.printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String entity(String text) {
        return Table.printable(text)
                .replace("#", "#35;")
                .replace("&", "#amp;")
                .replace("`", "#96;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;");
    }
}
