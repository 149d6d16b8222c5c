package io.shipote.daemon.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.Event;
import io.shipote.card.wire.WireJson;
import io.shipote.core.Loop;
import io.shipote.daemon.control.CallObserver;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Peer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what is written into the audit log: every call that changes something, with its outcome, and everything that
 * the daemon does of its own accord. Of a call's parameters only those named here are taken, so that environments and
 * arguments never get there. Confined to the loop.
 */
public final class Auditor implements CallObserver {
    /** The calls that change nothing. A method that is not named here is audited. */
    static final Set<String> READS = Set.of(
            "Health",
            "Capabilities",
            "ListWorkspaces",
            "ShowWorkspace",
            "WorkspaceStats",
            "WorkspaceQuota",
            "ListCommands",
            "ShowCommand",
            "Logs",
            "Wait",
            "ListPipelines",
            "ShowPipeline",
            "CheckPipeline",
            "ListSavedPipelines",
            "ShowSavedPipeline",
            "ListFlows",
            "TapPipeline",
            "Discern",
            "Top",
            "Events",
            "Why",
            "Audit");

    /** What a client names. */
    private static final List<String> ASKED = List.of(
            "target", "workspace", "name", "signal", "grace_ms", "ttl_ms", "clear_ttl", "all", "replace", "dry_run");

    /** What the daemon answers. */
    private static final List<String> ANSWERED = List.of("id", "run", "pid", "ended", "signalled", "pruned_total");

    private static final int PREFIX = MethodTable.INTERFACE.length() + 1;
    private static final String STATUS = "workspace.";

    private final Loop loop;
    private final AuditLog log;
    private final WireJson json = new WireJson();

    public Auditor(Loop loop, AuditLog log) {
        this.loop = loop;
        this.log = log;
    }

    @Override
    public void over(Call call, Peer peer, Outcome outcome) {
        String method = call.method().substring(PREFIX);
        if (READS.contains(method)) {
            return;
        }
        AuditLine line =
                AuditLine.ofClient(loop.wallMillis(), peer.uid(), peer.pid()).put("method", method);
        ASKED.forEach(key -> line.put(key, call.parameters().path(key)));
        line.putEach("limits", call.parameters().path("limits"))
                .putEach("clear", call.parameters().path("clear"));
        line.put("label", label(call.parameters().path("spec")));
        outcome.reply().map(json::toTree).ifPresent(reply -> answered(line, reply));
        log.add(line.put("outcome", word(outcome)));
    }

    /** The daemon goes on as another program, as somebody asked for. */
    public void upgraded(Peer by, Map<String, String> facts, long pausedMs) {
        AuditLine line =
                AuditLine.ofClient(loop.wallMillis(), by.uid(), by.pid()).put("method", "Upgrade");
        facts.forEach(line::put);
        log.add(line.put("paused_ms", pausedMs).put("outcome", "ok"));
    }

    private static JsonNode label(JsonNode spec) {
        return spec.path("label");
    }

    private static void answered(AuditLine line, ObjectNode reply) {
        // The process that was started, not the one that asked.
        ANSWERED.forEach(key -> line.put(key.equals("pid") ? "started_pid" : key, reply.path(key)));
    }

    private static String word(Outcome outcome) {
        String error = outcome.error().orElse(outcome.reply().isPresent() ? "ok" : "unanswered");
        return error.startsWith(MethodTable.INTERFACE + ".") ? error.substring(PREFIX) : error;
    }

    /** Takes down what happened, if the daemon did it of its own accord. */
    public void happened(Event event) {
        boolean status = event.kind().equals("command")
                || event.kind().equals("pipeline")
                || event.kind().startsWith(STATUS);
        if (event.act().isEmpty() && status) {
            return;
        }
        log.add(AuditLine.ofDaemon(event.atMs())
                .put("act", event.act().orElse(event.kind()))
                .put("workspace", event.workspace())
                .put("command", event.command())
                .put("pipeline", event.pipeline())
                .put("state", event.state())
                .put("detail", event.detail())
                .put("outcome", "ok"));
    }
}
