package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code show}: all about one command. */
final class Show implements Verb {
    @Override
    public String summary() {
        return "show one command";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("ShowCommand", in.target());
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(CommandText.facts(reply.path("command"), System.currentTimeMillis()));
        }
        return 0;
    }
}
