package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code daemon status}: whether a daemon runs; it never starts one. */
final class DaemonStatus implements Verb {
    @Override
    public String summary() {
        return "show whether the daemon runs";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode reply = in.session().existing().call(Session.INTERFACE + "Health", Invocation.parameters());
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(Health.text(reply));
        }
        return 0;
    }
}
