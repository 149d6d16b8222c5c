package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code flow list}: all edges of all live pipelines. */
final class FlowList implements Verb {
    @Override
    public String summary() {
        return "list what flows between the stages of all pipelines";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only those of this workspace");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        in.putText(parameters, "workspace", "workspace");
        ObjectNode all = Replies.allPages(in, "ListFlows", parameters, "flows");
        if (in.json()) {
            in.printJson(all);
        } else {
            in.console().text(FlowText.list(all.path("flows")));
        }
        return 0;
    }
}
