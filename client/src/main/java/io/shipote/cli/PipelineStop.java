package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline stop}: stops a pipeline; it is not restarted. */
final class PipelineStop implements Verb {
    @Override
    public String summary() {
        return "stop a pipeline";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.grace();
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        in.putGrace(parameters);
        ObjectNode reply = in.call("StopPipeline", parameters);
        in.print(
                reply,
                "stopped " + reply.path("id").asText() + " (ended "
                        + reply.path("ended").asText() + ")");
        return 0;
    }
}
