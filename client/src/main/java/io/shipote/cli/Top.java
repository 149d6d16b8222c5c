package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code top}: what uses most, refreshed each second. */
final class Top implements Verb {
    /** Commands shown unless another number is given: as many as a small terminal holds. */
    private static final long ROWS = 15;

    @Override
    public String summary() {
        return "watch which workspaces and commands use most";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only this workspace");
        flags.value("limit", "N", "show so many workspaces and commands; 15 unless given");
        flags.flag("once", "show it once and end");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        in.putText(parameters, "workspace", "workspace");
        Long limit = in.number("limit");
        parameters.put("limit", limit == null ? ROWS : limit);
        if (in.has("once")) {
            ObjectNode reply = in.call("Top", parameters);
            if (in.json()) {
                in.printJson(reply);
            } else {
                in.console().text(TopText.tables(reply));
            }
            return 0;
        }
        Terminal terminal = Terminal.ofProcess(in.console());
        in.session().connection().stream(Session.INTERFACE + "Top", parameters, reply -> {
            if (in.json()) {
                in.printJsonLine(reply);
            } else {
                terminal.show(TopText.tables(reply));
            }
        });
        return 0;
    }
}
