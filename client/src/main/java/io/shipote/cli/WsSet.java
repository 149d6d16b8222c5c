package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws set}: changes the limits and the time to live of a workspace, also while it runs. */
final class WsSet implements Verb {
    @Override
    public String summary() {
        return "change a workspace's limits or time to live";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.value("ttl", "TIME", "time to live from now, or none");
        LimitFlags.add(flags);
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("target", in.only("TARGET"));
        boolean limits = LimitFlags.put(parameters, in);
        String ttl = in.value("ttl");
        if (ttl == null && !limits) {
            throw new UsageException("what to set (such as --memory 512M, --cpu-quota none or --ttl 2h)");
        }
        if (ttl != null && ttl.equals("none")) {
            parameters.put("clear_ttl", true);
        } else if (ttl != null) {
            parameters.put("ttl_ms", in.duration("ttl"));
        }
        ObjectNode reply = in.call("SetWorkspace", parameters);
        Replies.tellApplied(reply.path("applied"), in.console());
        in.print(reply, "set " + reply.path("id").asText() + (ttl == null ? "" : " (ttl " + ttl + ")"));
        return 0;
    }
}
