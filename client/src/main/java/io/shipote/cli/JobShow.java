package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code show} and {@code pipeline show}: all about one command or pipeline. */
final class JobShow implements Verb {
    private final boolean pipeline;

    private JobShow(boolean pipeline) {
        this.pipeline = pipeline;
    }

    static JobShow command() {
        return new JobShow(false);
    }

    static JobShow pipeline() {
        return new JobShow(true);
    }

    @Override
    public String summary() {
        return pipeline ? "show one pipeline" : "show one command";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.showEnv();
        if (pipeline) {
            flags.flag("waiting", "tell what waits in the pipes now, not what passed first");
        }
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        in.putFlag(parameters, "show_env", Flags.SHOW_ENV);
        ObjectNode reply = pipeline
                ? in.call("ShowPipeline", parameters.put("discern", in.has("waiting") ? "waiting" : "first"))
                : in.call("ShowCommand", parameters);
        long now = System.currentTimeMillis();
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console()
                    .text(
                            pipeline
                                    ? PipelineText.facts(reply.path("pipeline"), now)
                                    : CommandText.facts(reply.path("command"), reply.path("spec"), now)
                                            + course(reply.path("samples")));
            if (reply.path("runs").size() > 1) {
                in.console().text(CommandText.runs(reply.path("runs"), now));
            }
        }
        return 0;
    }

    /** Of a run that has more than a sample or two. */
    private static String course(JsonNode samples) {
        return samples.size() > 2 ? StatsText.courses(samples) : "";
    }
}
