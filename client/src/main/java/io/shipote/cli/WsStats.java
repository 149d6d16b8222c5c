package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws stats}: what a workspace uses, now and before. */
final class WsStats implements Verb {
    @Override
    public String summary() {
        return "show what a workspace uses (what one command uses: show)";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.value("tier", "1s|10s|60s", "every sample, or rolled up over so long");
        flags.value("since", "TIME", "as far back as that, such as 2h");
        flags.value("tail", "N", "only the last N samples");
        flags.flag("f", "follow", "go on with each new sample");
        flags.flag("watch", "the same as --follow");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("target", in.only("TARGET"));
        in.putText(parameters, "tier", "tier");
        Long tail = in.number("tail");
        if (tail != null) {
            parameters.put("tail", tail);
        }
        Long since = in.duration("since");
        if (since != null) {
            parameters.put("since_ms", since);
        }
        if (!in.has("follow") && !in.has("watch")) {
            ObjectNode reply = in.call("WorkspaceStats", parameters);
            if (in.json()) {
                in.printJson(reply);
            } else {
                in.console().text(StatsText.table(reply, tail == null ? StatsText.SHOWN : Integer.MAX_VALUE));
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
