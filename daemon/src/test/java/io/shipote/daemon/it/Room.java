package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Shipote;
import io.shipote.client.Subscription;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** Short words for what the tests ask of a daemon. */
final class Room {
    private static final Optional<String> ANY = Optional.empty();
    private final DaemonHarness harness;

    Room(DaemonHarness harness) {
        this.harness = harness;
    }

    private Shipote client() {
        return harness.client();
    }

    String workspace(String label) {
        return workspace(WorkspaceSpec.of(label));
    }

    String workspace(WorkspaceSpec spec) {
        String id = client().workspaces().create(spec).id();
        harness.remember(id);
        return id;
    }

    RunOut run(String workspace, ObjectNode spec) {
        return client().commands().run(workspace, spec);
    }

    RunOut named(String workspace, String name, RestartPolicy policy, ObjectNode spec) {
        return client().commands()
                .run(new RunIn(workspace, spec, Optional.of(name), Optional.of(policy), Optional.empty()));
    }

    /** Runs a command to its end. */
    WaitOut ended(String workspace, ObjectNode spec) {
        return await(run(workspace, spec).id());
    }

    WaitOut await(String target) {
        return client().commands()
                .awaitAsync(target, ANY)
                .orTimeout(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS)
                .join();
    }

    CommandStatus command(String target) {
        return client().commands().show(target, ANY).command();
    }

    List<CommandStatus> commands(String workspace) {
        return client().commands()
                .list(new ListCommandsIn(
                        Optional.of(workspace), Optional.of(true), Optional.empty(), Optional.of(1_000L)))
                .commands();
    }

    /** Runs a command and returns what it wrote to standard output. */
    String output(String workspace, ObjectNode spec) {
        String id = run(workspace, spec).id();
        await(id);
        return logs(id);
    }

    String logs(String target) {
        return logs(target, "stdout", 0);
    }

    /** All of a stream; of all stages, if it is a pipeline. */
    String logs(String target, String stream, long tail) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        LogsIn in = new LogsIn(target, ANY, Optional.of(stream), Optional.of(tail), Optional.of(false));
        join(client().commands().followLogs(in, reply -> all.writeBytes(bytes(reply))));
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Standard output of a pipeline, by the labels of its stages. */
    Map<String, String> outputs(String pipeline) {
        Map<String, String> all = new TreeMap<>();
        LogsIn in = new LogsIn(pipeline, ANY, Optional.of("stdout"), Optional.empty(), Optional.of(false));
        join(client().commands().followLogs(in, reply -> {
            String text = new String(bytes(reply), StandardCharsets.UTF_8);
            if (!text.isEmpty()) {
                all.merge(reply.label(), text, String::concat);
            }
        }));
        return all;
    }

    static byte[] bytes(LogsOut reply) {
        return Base64.getDecoder().decode(reply.data());
    }

    static void join(Subscription subscription) {
        subscription
                .done()
                .orTimeout(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS)
                .join();
    }

    RunPipelineOut pipeline(PipelineSpec spec) {
        return client().pipelines()
                .run(new RunPipelineIn(
                        spec.encode(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    PipelineStatus pipeline(String target) {
        return client().pipelines().show(target, ANY).pipeline();
    }

    static ShipoteException refused(ErrorCode code, Executable call) {
        RuntimeException thrown = assertThrows(RuntimeException.class, call);
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        ShipoteException e = assertInstanceOf(ShipoteException.class, cause);
        if (e.code() != code) {
            throw new AssertionError("expected " + code + ", got " + e.code() + ": " + e.getMessage(), e);
        }
        return e;
    }
}
