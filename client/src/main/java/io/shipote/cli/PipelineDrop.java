package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline drop}: forgets a saved pipeline; running ones go on. */
final class PipelineDrop implements Verb {
    @Override
    public String summary() {
        return "forget a saved pipeline";
    }

    @Override
    public String arguments() {
        return "NAME";
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("DropSavedPipeline", Invocation.parameters().put("name", in.only("NAME")));
        in.print(reply, "dropped " + reply.path("name").asText());
        return 0;
    }
}
