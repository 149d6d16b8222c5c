package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ps}: the commands of one workspace or of all. */
final class Ps implements Verb {
    @Override
    public String summary() {
        return "list the commands";
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
        ObjectNode reply = Replies.allPages(in, "ListCommands", parameters, "commands");
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(CommandText.table(reply.path("commands"), System.currentTimeMillis()));
        }
        return 0;
    }
}
