package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline list}: the pipelines of one workspace or of all. */
final class PipelineList implements Verb {
    @Override
    public String summary() {
        return "list the pipelines";
    }

    @Override
    public String arguments() {
        return "[WS]";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only those of this workspace");
        flags.flag("a", "all", "those that have ended too");
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
        ObjectNode reply = Replies.allPages(in, "ListPipelines", parameters, "pipelines");
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(PipelineText.table(reply.path("pipelines"), System.currentTimeMillis()));
        }
        return 0;
    }
}
