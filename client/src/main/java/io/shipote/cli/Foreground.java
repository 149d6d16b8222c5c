package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what this process has started, shows its output if asked, and stops it when the user interrupts. */
final class Foreground {
    /** Seconds that the rest of the output may take after the end of the command. */
    private static final long OUTPUT_LIMIT_S = 5;

    private final Invocation in;
    private final ObjectNode started;
    private final ObjectNode target;
    private final String stopMethod;

    private Foreground(Invocation in, ObjectNode started, ObjectNode target, String stopMethod) {
        this.in = in;
        this.started = started;
        this.target = target;
        this.stopMethod = stopMethod;
    }

    static Foreground ofCommand(Invocation in, ObjectNode started) {
        return new Foreground(in, started, target(started), "StopCommand");
    }

    static Foreground ofPipeline(Invocation in, ObjectNode started) {
        return new Foreground(in, started, target(started), "StopPipeline");
    }

    private static ObjectNode target(ObjectNode started) {
        return Invocation.parameters().put("target", started.path("id").asText());
    }

    /** @return the status a shell would see; 125 if it is not known */
    int await(boolean follow) {
        Thread stopper = new Thread(this::stop, "stop on interrupt");
        Runtime.getRuntime().addShutdownHook(stopper);
        ObjectNode ended;
        try {
            ended = follow ? following() : in.call("Wait", target);
        } finally {
            disarm(stopper);
        }
        if (in.json()) {
            ObjectNode whole = started.deepCopy();
            whole.setAll(ended);
            if (follow) {
                in.printJsonLine(whole);
            } else {
                in.printJson(whole);
            }
        }
        return ended.path("status").asInt(Failures.OURS);
    }

    private ObjectNode following() {
        try (Connection second = in.session().another()) {
            CompletableFuture<Void> output = CompletableFuture.runAsync(() -> LogOutput.stream(second, request(), in));
            ObjectNode ended = in.call("Wait", target);
            finish(output);
            return ended;
        }
    }

    private ObjectNode request() {
        return target.deepCopy().put("stream", "both").put("follow", true);
    }

    private static void finish(CompletableFuture<Void> output) {
        try {
            output.get(OUTPUT_LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the command has ended, but the end of its output did not come", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the rest of the output", e);
        }
    }

    /** Runs when the process is interrupted; the connection in use is busy waiting. */
    private void stop() {
        try (Connection own = Connection.open(in.session().socket())) {
            own.call(Session.INTERFACE + stopMethod, target);
        } catch (RuntimeException e) {
            Failures.report(e, in.console(), "");
        }
    }

    private static void disarm(Thread stopper) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopper);
        } catch (IllegalStateException e) {
            // The process is being interrupted: the hook runs, and its end is the end of the process.
            return;
        }
    }
}
