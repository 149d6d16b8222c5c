package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.JobState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pumped edges over the death of the daemon: it only pauses them. */
@Timeout(120)
class FlowContinuityIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int KILLS = 5;
    /** In each block. */
    private static final int LINES = 50_000;

    private DaemonHarness daemon;
    private Room room;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    /** Writes numbered blocks of lines, the n-th when the file {@code go.n} is there. */
    private String blocks() {
        return "n=0; while [ $n -lt " + (KILLS + 1) + " ]; do until [ -e " + daemon.directory()
                + "/go.$n ]; do sleep 0.01; done; seq $((n * " + LINES + " + 1)) $(((n + 1) * "
                + LINES + ")); n=$((n + 1)); done";
    }

    private static String allLines() {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= (KILLS + 1) * LINES; i++) {
            all.append(i).append('\n');
        }
        return all.toString();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Kills the daemon while each block flows. */
    private void killThrough() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Files.createFile(daemon.directory().resolve("go." + kill));
            daemon.kill9();
            daemon.start();
        }
        Files.createFile(daemon.directory().resolve("go." + KILLS));
    }

    private void assertNothingIsLeft() {
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
    }

    @Test
    void fiveKillsLoseNoByteOfAnyEdgeAndTheEndIsDelivered() throws Exception {
        List<String> summers = List.of(blocks(), "sha256sum", "sleep 0.3; sha256sum", "cat | sha256sum");
        String out = room.pipeline(Specs.graph("out", workspace, summers, "0>1", "0>2", "0>3"))
                .id();
        List<String> merged = List.of(blocks(), blocks() + " | sed s/^/a/", "sort -u | wc -l | tr -d ' '");
        String in = room.pipeline(Specs.graph("in", workspace, merged, "0>2", "1>2"))
                .id();
        List<String> twice = List.of(blocks(), "cat", "cat", "sort -n | uniq -c | grep -c ' 2 '");
        PipelineSpec diamond = Specs.graph("diamond", workspace, twice, "0>1", "0>2", "1>3", "2>3");
        String both = room.pipeline(diamond).id();
        String chain = room.pipeline(Specs.tapped(Specs.chain("chain", workspace, blocks(), "cat", "sha256sum")))
                .id();
        killThrough();
        for (String id : List.of(out, in, both, chain)) {
            assertEquals(0, room.await(id).status(), () -> room.pipeline(id).toString());
        }
        String line = sha256(allLines()) + "  -\n";
        assertEquals(Map.of("s1", line, "s2", line, "s3", line), room.outputs(out));
        assertEquals(Map.of("s2", 2 * (KILLS + 1) * LINES + "\n"), room.outputs(in));
        assertEquals(Map.of("s3", (KILLS + 1) * LINES + "\n"), room.outputs(both));
        assertEquals(Map.of("s2", line), room.outputs(chain));
        assertNothingIsLeft();
    }

    @Test
    void aProducerDiesOfItsConsumersDeathAlsoAfterAKill() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        String some = "until [ -e " + gate + " ]; do sleep 0.01; done; exec head -1";
        String id = room.pipeline(Specs.graph("yes", workspace, List.of("yes", some, some), "0>1", "0>2"))
                .id();
        daemon.kill9();
        daemon.start();
        Files.createFile(gate);
        assertEquals(0, room.await(id).status(), () -> room.pipeline(id).toString());
        assertNothingIsLeft();
    }

    @Test
    void aKilledHolderIsReplacedAndTheNextKillLosesNothing() throws Exception {
        List<String> stages = List.of(blocks(), "sha256sum", "sha256sum");
        String id = room.pipeline(Specs.graph("out", workspace, stages, "0>1", "0>2"))
                .id();
        long holder = holder().orElseThrow();
        assertEquals(Optional.of(List.of(holder)), room.pipeline(id).holders());
        assertTrue(daemon.cli("pipeline", "show", id).out().contains("pid " + holder));
        ProcessHandle.of(holder).orElseThrow().destroyForcibly();
        await().atMost(SOON).until(() -> holder().filter(pid -> pid != holder).isPresent());
        daemon.kill9();
        daemon.start();
        for (int block = 0; block <= KILLS; block++) {
            Files.createFile(daemon.directory().resolve("go." + block));
        }
        assertEquals(0, room.await(id).status());
        String line = sha256(allLines()) + "  -\n";
        assertEquals(Map.of("s1", line, "s2", line), room.outputs(id));
        assertNothingIsLeft();
    }

    private Optional<Long> holder() {
        return daemon.processes().stream()
                .filter(pid -> ProcessHandle.of(pid)
                        .flatMap(process -> process.info().arguments())
                        .filter(words -> words.length == 1 && words[0].equals("infinity"))
                        .isPresent())
                .findFirst();
    }

    /** Nothing holds its pipes then, as all has gone through them. */
    @Test
    void aKillAfterTheProducerHasEndedAndAllWentThroughIsNoLoss() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        String late = "until [ -e " + gate + " ]; do sleep 0.01; done; cat";
        String id = room.pipeline(Specs.tapped(Specs.chain("chain", workspace, "seq 1 3", late)))
                .id();
        await().atMost(SOON).until(() -> holder().isEmpty());
        daemon.kill9();
        daemon.start();
        daemon.kill9();
        daemon.start();
        Files.createFile(gate);
        assertEquals(0, room.await(id).status(), () -> room.pipeline(id).toString());
        assertEquals(JobState.EXITED, room.pipeline(id).state());
        assertEquals(Map.of("s1", "1\n2\n3\n"), room.outputs(id));
        assertNothingIsLeft();
    }

    @Test
    void withoutDaemonAndHolderThePipelineHasFailedAndSaysWhy() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        List<String> stages = List.of("until [ -e " + gate + " ]; do sleep 0.01; done; echo late", "cat", "cat");
        String id = room.pipeline(Specs.graph("out", workspace, stages, "0>1", "0>2"))
                .id();
        daemon.kill9();
        ProcessHandle holder = ProcessHandle.of(holder().orElseThrow()).orElseThrow();
        holder.destroyForcibly();
        holder.onExit().join();
        daemon.start();
        Files.createFile(gate);
        assertEquals(125, room.await(id).status());
        assertTrue(room.pipeline(id).why().contains("out0"), room.pipeline(id).why());
        assertNothingIsLeft();
    }
}
