package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;

/** {@code ws stop} and {@code ws delete}: end all that runs in a workspace, and keep or remove it. */
final class WsEnding implements Verb {
    private static final String ALL = "all";

    private final boolean delete;
    private final String summary;

    private WsEnding(boolean delete, String summary) {
        this.delete = delete;
        this.summary = summary;
    }

    static WsEnding stop() {
        return new WsEnding(false, "end all that runs in a workspace and keep it");
    }

    static WsEnding delete() {
        return new WsEnding(true, "end all that runs in a workspace and remove it");
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String arguments() {
        return "TARGET…";
    }

    @Override
    public void options(Flags flags) {
        flags.grace();
        flags.flag(ALL, "all workspaces, instead of TARGET");
    }

    @Override
    public int run(Invocation in) {
        if (in.arguments().isEmpty() != in.has(ALL)) {
            throw new UsageException("either TARGET or --all is needed, and not both");
        }
        List<String> targets = in.has(ALL) ? all(in) : in.arguments();
        boolean several = in.has(ALL) || targets.size() > 1;
        int status = 0;
        for (String target : targets) {
            try {
                end(in, target, several);
            } catch (ShipoteException e) {
                if (in.has(ALL) && e.code() == ErrorCode.NOT_FOUND) {
                    // Somebody else has deleted it since it was listed.
                    continue;
                }
                // The others are ended all the same.
                Failures.report(e, in.console(), "");
                status = status == 0 ? Failures.status(e, false) : status;
            }
        }
        return status;
    }

    private void end(Invocation in, String target, boolean several) {
        ObjectNode parameters = Invocation.parameters().put("target", target);
        in.putGrace(parameters);
        ObjectNode reply = delete ? in.call("DeleteWorkspace", parameters) : in.call("StopWorkspace", parameters);
        if (in.json() && several) {
            in.printJsonLine(reply);
        } else {
            in.print(
                    reply,
                    (delete ? "deleted " : "stopped ") + reply.path("id").asText() + " (ended "
                            + reply.path("ended").asText() + ")");
        }
    }

    private static List<String> all(Invocation in) {
        List<String> ids = new ArrayList<>();
        ObjectNode reply = Replies.allPages(in, "ListWorkspaces", Invocation.parameters(), "workspaces");
        for (JsonNode one : reply.path("workspaces")) {
            ids.add(one.path("id").asText());
        }
        return ids;
    }
}
