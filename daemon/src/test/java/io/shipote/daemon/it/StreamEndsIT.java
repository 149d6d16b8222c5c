package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.U64;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.FlowCalls.ListFlowsIn;
import io.shipote.card.wire.FlowStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One end of a stream edge is killed while the other waits for it: what was in the pipe arrives, whole and in order. */
@Timeout(180)
class StreamEndsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();
    /** More than all pipes of an edge hold. */
    private static final int MANY = 400_000;

    private DaemonHarness daemon;
    private Room room;
    private String workspace;
    private Path mark;
    private Path gate;
    private Path out;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
        mark = daemon.directory().resolve("mark");
        gate = daemon.directory().resolve("gate");
        out = daemon.directory().resolve("out");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    /** Two stages joined by a stream, each restarted by itself. */
    private String run(boolean tapped, String producer, String consumer) {
        EdgeOptions stream =
                new EdgeOptions(EdgeOptions.Mode.STREAM, EdgeOptions.Merge.LINES, Optional.empty(), tapped);
        PipelineSpec plain = Specs.chain("ends", workspace, producer, consumer);
        return room.pipeline(PipelineSpec.of(
                                "ends",
                                plain.workspace(),
                                plain.nodes(),
                                plain.edges().stream()
                                        .map(edge -> edge.withOptions(stream))
                                        .toList())
                        .withOptions(PipelineOptions.DEFAULT.withScope(PipelineOptions.Scope.STAGE))
                        .withRestart(true, U64.of(20), U64.of(20), 0))
                .id();
    }

    /** Does this in its first life, and something else in the next ones. */
    private String first(String script, String later) {
        return "if [ ! -e " + mark + " ]; then : > " + mark + "; " + script + "; fi; " + later;
    }

    private String waitsForGate() {
        return "until [ -e " + gate + " ]; do sleep 0.05; done; ";
    }

    private void kill(String id, int index) {
        CommandStatus before = room.pipeline(id).stages().get(index);
        ProcessHandle.of(before.pid().orElseThrow()).orElseThrow().destroyForcibly();
        await().atMost(SOON).until(() -> room.pipeline(id).stages().get(index).restarts() == before.restarts() + 1);
    }

    private FlowStatus edge(String id) {
        return daemon.client()
                .pipelines()
                .flows(new ListFlowsIn(Optional.of(id), ANY, ANY, Optional.empty()))
                .flows()
                .get(0);
    }

    private static String sequence(int from, int to) {
        StringBuilder all = new StringBuilder();
        for (int i = from; i <= to; i++) {
            all.append(i).append('\n');
        }
        return all.toString();
    }

    private void assertEndsWell(String id) {
        assertEquals(0, room.await(id).status(), () -> room.pipeline(id).toString());
        assertEquals(1, room.pipeline(id).restarts());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theConsumerWhileItsProducerWaitsForRoom(boolean tapped) throws Exception {
        String id = run(tapped, "exec seq 1 " + MANY, first("exec sleep 600", "exec cat > " + out));
        await().atMost(SOON).until(() -> Files.exists(mark) && edge(id).blockedMs() > 0);
        kill(id, 1);
        assertEndsWell(id);
        assertEquals(sequence(1, MANY), Files.readString(out));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theProducerWhileItWaitsForRoom(boolean tapped) throws Exception {
        String id =
                run(tapped, first("exec seq 1 " + MANY, "echo again; exit 0"), waitsForGate() + "exec cat > " + out);
        await().atMost(SOON).until(() -> edge(id).blockedMs() > 0);
        FlowStatus full = edge(id);
        kill(id, 0);
        Files.createFile(gate);
        assertEndsWell(id);
        String seen = Files.readString(out);
        int before = seen.length() - "again\n".length();
        assertEquals(sequence(1, MANY).substring(0, before) + "again\n", seen);
        assertTrue(tapped ? before >= full.backlogBytes() : before == full.backlogBytes(), before + " of " + full);
        assertTrue(full.backlogBytes() > full.pipeBytes() / 2, full::toString);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theProducerWhileItsConsumerWaitsForBytes(boolean tapped) throws Exception {
        String id = run(tapped, first("seq 1 1000; exec sleep 600", "exec seq 1001 2000"), "exec cat > " + out);
        await().atMost(SOON)
                .until(() -> Files.exists(out)
                        && Files.size(out) == sequence(1, 1000).length());
        kill(id, 0);
        assertEndsWell(id);
        assertEquals(sequence(1, 2000), Files.readString(out));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theConsumerWhileItWaitsForBytes(boolean tapped) throws Exception {
        String id = run(tapped, "seq 1 1000; " + waitsForGate() + "exec seq 1001 2000", "exec cat >> " + out);
        await().atMost(SOON)
                .until(() -> Files.exists(out)
                        && Files.size(out) == sequence(1, 1000).length());
        kill(id, 1);
        Files.createFile(gate);
        assertEndsWell(id);
        assertEquals(sequence(1, 2000), Files.readString(out));
    }
}
