package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ps} and {@code pipeline list}: the commands or pipelines of one workspace or of all. */
final class JobList implements Verb {
    private final boolean pipelines;

    private JobList(boolean pipelines) {
        this.pipelines = pipelines;
    }

    static JobList commands() {
        return new JobList(false);
    }

    static JobList pipelines() {
        return new JobList(true);
    }

    @Override
    public String summary() {
        return pipelines ? "list the pipelines" : "list the commands";
    }

    @Override
    public String arguments() {
        return "[WS]";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only those of this workspace");
        flags.flag("a", "all", "those that have ended too");
        if (!pipelines) {
            flags.flag("stats", "what each uses, or used in all if it has ended");
        }
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters();
        in.putText(parameters, "workspace", "workspace");
        String workspace = in.optional("WS");
        if (workspace != null) {
            parameters.put("workspace", workspace);
        }
        in.putFlag(parameters, "all", "all");
        ObjectNode reply = pipelines
                ? Replies.allPages(in, "ListPipelines", parameters, "pipelines")
                : Replies.allPages(in, "ListCommands", parameters, "commands");
        long now = System.currentTimeMillis();
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console()
                    .text(
                            pipelines
                                    ? PipelineText.table(reply.path("pipelines"), now)
                                    : in.has("stats")
                                            ? CommandText.stats(reply.path("commands"))
                                            : CommandText.table(reply.path("commands"), now));
            if (in.has("all") && reply.hasNonNull("pruned")) {
                in.console()
                        .complain(
                                reply.path("pruned").asText()
                                        + " more had ended and were removed since the daemon began ([retention] in config.toml)");
            }
        }
        return 0;
    }
}
