package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import io.shipote.client.ConnectionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Waits for what this process has started, shows its output if asked, and stops it when the user interrupts. */
final class Foreground {
    /** Milliseconds without any more output after the end of the command. */
    private static final long OUTPUT_LIMIT_MS = 30_000;

    private final Invocation in;
    private final ObjectNode started;
    private final ObjectNode target;
    private final String stopMethod;
    /** A command's status tells how it ended; of a pipeline it does not tell which stage it is of. */
    private final boolean tellsWhy;

    private Foreground(Invocation in, ObjectNode started, ObjectNode target, String stopMethod, boolean tellsWhy) {
        this.in = in;
        this.started = started;
        this.target = target;
        this.stopMethod = stopMethod;
        this.tellsWhy = tellsWhy;
    }

    static Foreground ofCommand(Invocation in, ObjectNode started) {
        return new Foreground(in, started, target(started), "StopCommand", false);
    }

    static Foreground ofPipeline(Invocation in, ObjectNode started) {
        return new Foreground(in, started, target(started), "StopPipeline", true);
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
        int status = ended.path("status").asInt(Failures.OURS);
        if (tellsWhy && status != 0 && !in.json()) {
            in.console()
                    .complain("pipeline " + Replies.text(ended, "id") + " " + Replies.text(ended, "state") + ": "
                            + Table.printable(Replies.text(ended, "why")));
        }
        return status;
    }

    private ObjectNode following() {
        try (Connection second = in.session().another()) {
            LogOutput logs = new LogOutput(in);
            CompletableFuture<Void> output = CompletableFuture.runAsync(() -> logs.stream(second, request()));
            // The command may run for ever: whoever waits for its end is woken.
            output.whenComplete((done, failure) -> {
                if (readerGone(failure)) {
                    in.session().close();
                }
            });
            ObjectNode ended = ended(output);
            finish(output, logs::steps, OUTPUT_LIMIT_MS);
            return ended;
        }
    }

    /** Waits for the end; where nobody reads the output any more, the command is stopped as by an interrupt. */
    private ObjectNode ended(CompletableFuture<Void> output) {
        try {
            return in.call("Wait", target);
        } catch (ConnectionException e) {
            Throwable failure = output.handle((done, thrown) -> thrown).getNow(null);
            if (readerGone(failure)) {
                stop();
                throw (Console.OutputLost) failure.getCause();
            }
            throw e;
        }
    }

    /** @param failure of the output's future; null if there is none */
    private static boolean readerGone(Throwable failure) {
        return failure != null
                && failure.getCause() instanceof Console.OutputLost
                && ((Console.OutputLost) failure.getCause()).readerGone();
    }

    private ObjectNode request() {
        return target.deepCopy().put("stream", "both").put("follow", true);
    }

    /**
     * Waits for the rest of the output. Whoever takes ours may be as slow as they like.
     *
     * @param steps as in {@link LogOutput#steps}
     */
    static void finish(CompletableFuture<Void> output, LongSupplier steps, long limitMs) {
        try {
            while (!output.isDone()) {
                rest(output, steps, limitMs);
            }
            output.get();
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

    /** Waits for a while, in which something must have come. */
    private static void rest(CompletableFuture<Void> output, LongSupplier steps, long limitMs)
            throws ExecutionException, InterruptedException {
        long before = steps.getAsLong();
        boolean writing = before % 2 != 0;
        try {
            output.get(limitMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (steps.getAsLong() == before && !writing) {
                throw new IllegalStateException("the command has ended, but the end of its output did not come", e);
            }
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
