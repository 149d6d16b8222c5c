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
        switch (format) {
            case "text":
                String picture = GraphPicture.of(Graph.of(spec));
                in.console()
                        .text(picture
                                + (picture.isEmpty() ? "" : "\n")
                                + Graph.of(spec).draw());
                return 0;
            case "dot":
                in.console().text(GraphText.dot(spec));
                return 0;
            case "mermaid":
                in.console().text(GraphText.mermaid(spec));
                return 0;
            default:
                throw new UsageException("--format must be one of text, dot, mermaid, not " + format);
        }
    }
}
