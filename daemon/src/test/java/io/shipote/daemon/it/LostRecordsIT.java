package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What runs is adopted without its run records: by its group and its environment, or by its environment alone where there
 * are no groups.
 */
@Timeout(180)
class LostRecordsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final RestartPolicy ALWAYS = RestartPolicy.of(RestartPolicy.Policy.ALWAYS);

    private DaemonHarness daemon;
    private Room room;
    private String workspace;

    /** @param cgroups {@code auto} or {@code off} */
    private void start(String cgroups) throws IOException {
        daemon = DaemonHarness.prepared();
        Files.writeString(daemon.config(), "cgroups = \"" + cgroups + "\"\n");
        daemon.start();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws IOException {
        if (daemon.client() == null) {
            daemon.start();
        }
        daemon.close();
    }

    private Path runs() {
        return daemon.state().resolve("runs");
    }

    private Path record(RunOut run) {
        return runs().resolve(workspace).resolve(run.run()).resolve("run.json");
    }

    private void loseAll() throws IOException {
        daemon.kill9();
        Remains.delete(runs());
        daemon.start();
    }

    private void assertAdopted(RunOut run) {
        CommandStatus now = room.command(run.id());
        assertEquals(JobState.RUNNING, now.state(), now::why);
        assertEquals(Optional.of(run.pid()), now.pid());
        assertEquals(Optional.of(run.run()), now.run());
        assertEquals(0, now.restarts());
    }

    private List<Optional<Long>> pids(String pipeline) {
        return room.pipeline(pipeline).stages().stream().map(CommandStatus::pid).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void withoutAnyRecordAllThatRunsIsAdoptedUnderItsIds(String cgroups) throws IOException {
        start(cgroups);
        RunOut named = room.named(workspace, "web", ALWAYS, Specs.command("sleep", "600"));
        RunOut plain = room.run(workspace, Specs.command("sleep", "601"));
        PipelineSpec chain = Specs.chain("chain", workspace, "exec sleep 602", "exec cat");
        String pipeline = room.pipeline(Specs.supervised(chain)).id();
        List<Optional<Long>> stages = pids(pipeline);
        TreeSet<Long> before = new TreeSet<>(daemon.processes());
        for (int daemons = 0; daemons < 2; daemons++) {
            loseAll();
            assertAdopted(named);
            assertAdopted(plain);
            assertEquals(List.of("sleep", "601"), room.command(plain.id()).argv());
            PipelineStatus now = room.pipeline(pipeline);
            assertEquals(JobState.RUNNING, now.state(), now::why);
            assertEquals(stages, pids(pipeline));
            assertEquals(0, now.restarts());
            assertEquals(before, new TreeSet<>(daemon.processes()));
        }
        daemon.kill9();
        daemon.start();
        assertAdopted(named);
        daemon.client().commands().stop(named.id(), Optional.empty(), Optional.empty());
        await().atMost(SOON).until(() -> !Processes.alive(named.pid()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void pumpedEdgesGoOnThroughHoldersThatNoRecordTellsOf(String cgroups) throws IOException {
        start(cgroups);
        Path gate = daemon.directory().resolve("gate");
        String source = "seq 1 1000; until [ -e " + gate + " ]; do sleep 0.05; done; seq 1001 2000";
        List<String> scripts = List.of(source, "wc -l", "wc -l");
        String id = room.pipeline(Specs.supervised(Specs.graph("out", workspace, scripts, "0>1", "0>2")))
                .id();
        List<Optional<Long>> stages = pids(id);
        List<Long> holders = room.pipeline(id).holders().orElseThrow();
        loseAll();
        assertEquals(stages, pids(id));
        assertEquals(Optional.of(holders), room.pipeline(id).holders());
        Files.createFile(gate);
        assertEquals(0, room.await(id).status(), () -> room.pipeline(id).why());
        assertEquals(0, room.pipeline(id).restarts());
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"boot_id\": \"", "no JSON"})
    void aRecordThatCannotBeReadIsMadeGood(String text) throws IOException {
        start("auto");
        RunOut run = room.named(workspace, "web", ALWAYS, Specs.shell("echo one; exec sleep 600"));
        await().atMost(SOON).until(() -> room.logs(run.id()).equals("one\n"));
        daemon.kill9();
        Files.writeString(record(run), text);
        daemon.start();
        assertAdopted(run);
        assertEquals("one\n", room.logs(run.id()));
        assertEquals(1, daemon.processes().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pid", "start_ticks", "boot_id"})
    void aRecordThatSpeaksOfAnotherProcessIsMadeGood(String key) throws Exception {
        start("auto");
        RunOut run = room.named(workspace, "web", ALWAYS, Specs.command("sleep", "600"));
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            daemon.kill9();
            ObjectNode text = RecordText.last(record(run));
            switch (key) {
                case "pid" -> text.put(key, stranger.pid());
                case "start_ticks" -> text.put(key, text.get(key).asLong() - 1);
                default -> text.put(key, "00000000-0000-4000-8000-000000000000");
            }
            Files.write(record(run), CardText.prettyBytes(text, 0));
            daemon.start();
            assertAdopted(run);
            assertTrue(stranger.isAlive());
            assertEquals(1, daemon.processes().size());
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void theStagesOfAPipelineWhoseCardIsLostGoOnAsCommands() throws IOException {
        start("auto");
        String id = room.pipeline(Specs.chain("p", workspace, "exec sleep 600", "exec cat"))
                .id();
        List<CommandStatus> stages = room.pipeline(id).stages();
        loseAll();
        for (CommandStatus stage : stages) {
            CommandStatus now = room.command(stage.id());
            assertEquals(JobState.RUNNING, now.state(), now::why);
            assertEquals(stage.pid(), now.pid());
        }
        daemon.client().commands().stop(stages.get(0).id(), Optional.empty(), Optional.empty());
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
    }

    @Test
    void whoHasClearedItsEnvironmentIsFoundByItsGroup() throws IOException {
        start("auto");
        assumeTrue(
                !daemon.client().capabilities().cgroup().matches("none|v1"),
                "this host has no v2 tree, whose groups tell who is in them");
        RunOut run = room.named(workspace, "web", ALWAYS, Specs.shell("exec env -i sleep 600"));
        await().atMost(SOON).until(() -> Processes.read(Path.of("/proc/" + run.pid() + "/environ"))
                .isEmpty());
        loseAll();
        assertAdopted(run);
    }

    @Test
    void whatDiedWithItsRecordLostIsStartedAgainOnceAndItsOrphansAreEnded() throws IOException {
        start("auto");
        RunOut run = room.named(workspace, "web", ALWAYS, Specs.shell("sleep 601 & exec sleep 600"));
        await().atMost(SOON).until(() -> daemon.processes().size() == 2);
        daemon.kill9();
        ProcessHandle.of(run.pid()).orElseThrow().destroyForcibly();
        await().atMost(SOON).until(() -> !Processes.alive(run.pid()));
        Remains.delete(runs());
        daemon.start();
        await().atMost(SOON).untilAsserted(() -> {
            CommandStatus now = room.command(run.id());
            assertEquals(JobState.RUNNING, now.state(), now::why);
            assertEquals(2, daemon.processes().size());
            assertTrue(daemon.processes().contains(now.pid().orElseThrow()));
        });
    }

    @Test
    void directoriesWithoutReadableRecordsAndWithoutProcessesHinderNothing() throws IOException {
        start("auto");
        RunOut run = room.run(workspace, Specs.command("true"));
        room.await(run.id());
        daemon.kill9();
        Files.writeString(record(run), "no JSON");
        Files.createDirectories(runs().resolve("not an id"));
        daemon.start();
        assertEquals(List.of(), room.commands(workspace));
        daemon.client().workspaces().delete(workspace, Optional.empty());
        try (Stream<Path> left = Files.list(runs())) {
            assertEquals(List.of(runs().resolve("not an id")), left.toList());
        }
    }
}
