package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code snapshot save}: writes all that is unwritten into the snapshot file. */
final class SnapshotSave implements Verb {
    @Override
    public String summary() {
        return "write the snapshot file now";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode reply = in.call("SaveSnapshot", Invocation.parameters());
        String written = reply.path("written").asBoolean() ? "saved " : "nothing had changed in ";
        in.print(reply, written + reply.path("path").asText());
        return 0;
    }
}
