package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code demo}: a limited workspace, a pipeline that fails once and is restarted, its result, its stats. Everything
 * goes through the same calls as any other client's.
 */
final class Demo implements Verb {
    /** The label of the workspace; one of an earlier demo is replaced. */
    static final String LABEL = "demo";

    private static final String MEMORY = "256M";
    private static final long TTL_MS = 3_600_000;
    private static final int SAMPLES = 4;
    private static final Set<String> ENDED = Set.of("exited", "failed", "stopped", "unknown");

    @Override
    public String summary() {
        return "show what it does: a limited workspace, a supervised pipeline, its stats";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public int run(Invocation in) {
        in.none();
        String workspace = workspace(in);
        Path scratch = scratch();
        try {
            clock(in);
            ObjectNode pipeline = pipeline(in, scratch);
            ObjectNode stats = stats(in);
            if (in.json()) {
                ObjectNode whole = pipeline.deepCopy();
                whole.put("workspace_id", workspace);
                whole.set("samples", stats.path("samples"));
                in.printJson(whole);
            } else {
                say(in, "What it used, read by the daemon each second:\n");
                in.console().text(indented(StatsText.table(stats, StatsText.SHOWN)));
                next(in);
            }
            return pipeline.path("status").asInt(Failures.OURS);
        } finally {
            clear(scratch);
        }
    }

    private static void say(Invocation in, String text) {
        if (!in.json()) {
            in.console().line(text);
        }
    }

    private static String indented(String text) {
        return "  " + text.stripTrailing().replace("\n", "\n  ") + "\n\n";
    }

    private static String workspace(Invocation in) {
        try {
            in.call("DeleteWorkspace", Invocation.parameters().put("target", LABEL));
            say(in, "Removed the workspace of an earlier demo.");
        } catch (ShipoteException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
        ObjectNode parameters = Invocation.parameters();
        parameters.set("spec", DemoCards.workspace(LABEL, Sizes.parse("memory", MEMORY), TTL_MS));
        ObjectNode made = in.call("CreateWorkspace", parameters);
        say(in, "Workspace '" + LABEL + "' " + made.path("id").asText() + ", which ends by itself in an hour:");
        for (JsonNode one : made.path("applied")) {
            String why = one.path("why").asText("");
            say(
                    in,
                    "  " + one.path("item").asText() + "  "
                            + one.path("outcome").asText() + (why.isEmpty() ? "" : ": " + why));
        }
        say(in, "");
        return made.path("id").asText();
    }

    /** Something that goes on after the demo, to be found again. */
    private static void clock(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("workspace", LABEL).put("name", "clock");
        parameters.set("spec", DemoCards.program("clock", "sh", "-c", "while date; do sleep 1; done"));
        parameters.putObject("restart").put("policy", "on_failure");
        in.call("Run", parameters);
    }

    private static ObjectNode pipeline(Invocation in, Path scratch) {
        Path text = DemoCards.text();
        ObjectNode spec = DemoCards.pipeline(text, scratch.resolve("failed-once"));
        say(in, "Pipeline over " + text + ", its stage 'count' made to fail the first time:\n");
        say(in, indented(DemoCards.drawn(spec)));
        ObjectNode parameters = Invocation.parameters().put("workspace", LABEL);
        parameters.set("spec", spec);
        Connection events = in.session().another();
        CompletableFuture<Void> told = CompletableFuture.runAsync(() -> tell(in, events));
        ObjectNode started = in.call("RunPipeline", parameters);
        ObjectNode target =
                Invocation.parameters().put("target", started.path("id").asText());
        ObjectNode ended = in.call("Wait", target);
        told.join();
        say(in, "");
        ObjectNode seen = in.call("ShowPipeline", target);
        JsonNode status = seen.path("pipeline");
        say(
                in,
                "It ended with status " + ended.path("status").asText() + " ("
                        + ended.path("why").asText() + ") after "
                        + status.path("restarts").asText() + " restart:\n");
        say(in, indented(CommandText.table(status.path("stages"), System.currentTimeMillis())));
        if (!in.json()) {
            say(in, "The words it found most often, and how many words there are:\n");
            in.console().text(indented(output(in, target)));
        }
        return ((ObjectNode) status).put("status", ended.path("status").asInt(Failures.OURS));
    }

    /** Tells each state of the pipeline until it has ended. */
    private static void tell(Invocation in, Connection events) {
        try (events) {
            events.stream(Session.INTERFACE + "Events", Invocation.parameters().put("workspace", LABEL), reply -> {
                JsonNode event = reply.path("event");
                if (!event.path("kind").asText().equals("pipeline")) {
                    return;
                }
                String state = event.path("state").asText();
                say(in, "  " + state + ": " + event.path("detail").asText());
                if (ENDED.contains(state)) {
                    throw new Enough();
                }
            });
        } catch (Enough e) {
            // Leaving the block has closed the connection, which is how a stream is left.
            return;
        }
    }

    private static String output(Invocation in, ObjectNode target) {
        StringBuilder out = new StringBuilder();
        try (Connection second = in.session().another()) {
            second.stream(
                    Session.INTERFACE + "Logs",
                    target.deepCopy().put("stream", "stdout"),
                    reply -> out.append(new String(
                            Base64.getDecoder().decode(reply.path("data").asText("")),
                            java.nio.charset.StandardCharsets.UTF_8)));
        }
        return out.toString();
    }

    /** Follows the stats until there are enough samples to draw. */
    private static ObjectNode stats(Invocation in) {
        ObjectNode target = Invocation.parameters().put("target", LABEL);
        int[] missing = {
            SAMPLES - in.call("WorkspaceStats", target).path("samples").size()
        };
        try (Connection own = in.session().another()) {
            own.stream(Session.INTERFACE + "WorkspaceStats", target.deepCopy().put("tail", 1), reply -> {
                if (missing[0]-- <= 0) {
                    throw new Enough();
                }
            });
        } catch (Enough e) {
            return in.call("WorkspaceStats", target);
        }
        return in.call("WorkspaceStats", target);
    }

    private static final class Enough extends RuntimeException {
        Enough() {
            super("enough seen", null, false, false);
        }
    }

    private static void next(Invocation in) {
        say(in, "The command 'clock' runs on in it. Try next:\n");
        say(in, "  ./shipote logs clock -w " + LABEL + " -f        its output (Ctrl-C leaves it running)");
        say(in, "  ./shipote daemon stop && ./shipote ps    the daemon goes and comes; the clock does not notice");
        say(in, "  ./shipote ws delete " + LABEL + "               ends and removes all of this");
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("shipote-demo");
        } catch (IOException e) {
            throw new UsageException("no temporary directory can be made: " + e.getMessage());
        }
    }

    private static void clear(Path scratch) {
        try {
            Files.deleteIfExists(scratch.resolve("failed-once"));
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            throw new IllegalStateException("left behind: " + scratch, e);
        }
    }
}
