package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline show}: all about one pipeline. */
final class PipelineShow implements Verb {
    @Override
    public String summary() {
        return "show one pipeline";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("ShowPipeline", in.target());
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(PipelineText.facts(reply.path("pipeline"), System.currentTimeMillis()));
        }
        return 0;
    }
}
