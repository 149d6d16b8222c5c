package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws set}: changes the time to live of a workspace. */
final class WsSet implements Verb {
    @Override
    public String summary() {
        return "change a workspace's time to live";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.value("ttl", "TIME", "time to live from now, or none");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("target", in.only("TARGET"));
        String ttl = in.value("ttl");
        if (ttl == null) {
            throw new UsageException("what to set (--ttl TIME, or --ttl none)");
        }
        if (ttl.equals("none")) {
            parameters.put("clear_ttl", true);
        } else {
            parameters.put("ttl_ms", in.duration("ttl"));
        }
        ObjectNode reply = in.call("SetWorkspace", parameters);
        in.print(reply, "set " + reply.path("id").asText() + " (ttl " + ttl + ")");
        return 0;
    }
}
