package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code flow throughput}: how fast the edges of one pipeline flow. */
final class FlowThroughput implements Verb {
    @Override
    public String summary() {
        return "show how fast the edges of a pipeline flow";
    }

    @Override
    public String arguments() {
        return "PIPELINE";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.flag("f", "follow", "go on each second, until the pipeline has ended");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        FlowText.Course course = new FlowText.Course();
        if (!in.has("follow")) {
            ObjectNode reply = in.call("ListFlows", parameters);
            if (in.json()) {
                in.printJson(reply);
            } else {
                in.console().text(course.table(reply.path("flows")));
            }
            return 0;
        }
        Terminal terminal = Terminal.ofProcess(in.console());
        in.session().connection().stream(Session.INTERFACE + "ListFlows", parameters, reply -> {
            if (in.json()) {
                in.printJsonLine(reply);
            } else {
                terminal.show(course.table(reply.path("flows")));
            }
        });
        return 0;
    }
}
