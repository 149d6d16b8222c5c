package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws stats}: what a workspace uses, now and before. */
final class WsStats implements Verb {
    @Override
    public String summary() {
        return "show what a workspace uses";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.value("tail", "N", "only the last N samples");
        flags.flag("watch", "go on with each new sample");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("target", in.only("TARGET"));
        Long tail = in.number("tail");
        if (tail != null) {
            parameters.put("tail", tail);
        }
        if (!in.has("watch")) {
            ObjectNode reply = in.call("WorkspaceStats", parameters);
            if (in.json()) {
                in.printJson(reply);
            } else {
                in.console().text(StatsText.table(reply));
            }
            return 0;
        }
        StatsText.Watch watch = new StatsText.Watch();
        in.session().connection().stream(Session.INTERFACE + "WorkspaceStats", parameters, reply -> {
            if (in.json()) {
                in.printJsonLine(reply);
            } else {
                in.console().text(watch.lines(reply));
            }
        });
        return 0;
    }
}
