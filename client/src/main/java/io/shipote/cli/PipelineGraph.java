package io.shipote.cli;

import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;

/** {@code pipeline graph}: draws a spec. Needs no daemon. */
final class PipelineGraph implements Verb {
    @Override
    public String summary() {
        return "draw a pipeline's spec";
    }

    @Override
    public String arguments() {
        return "SPEC.toml|SPEC.json";
    }

    @Override
    public void options(Flags flags) {
        flags.value("format", "FORMAT", "text, dot or mermaid");
    }

    @Override
    public int run(Invocation in) {
        String format = in.value("format") == null ? "text" : in.value("format");
        PipelineSpec spec = PipelineSource.ofFile(in.only("SPEC")).checked();
        String drawn = drawn(spec, format);
        if (in.json()) {
            in.printJson(Invocation.parameters().put("format", format).put("graph", drawn));
        } else {
            in.console().text(drawn);
        }
        return 0;
    }

    private static String drawn(PipelineSpec spec, String format) {
        switch (format) {
            case "text":
                String picture = GraphPicture.of(Graph.of(spec));
                return picture
                        + (picture.isEmpty() ? "" : "\n")
                        + Graph.of(spec).draw();
            case "dot":
                return GraphText.dot(spec);
            case "mermaid":
                return GraphText.mermaid(spec);
            default:
                throw new UsageException("--format must be one of text, dot, mermaid, not " + format);
        }
    }
}
