package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.linux.ProcFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is paused does not run, survives the daemon as paused, and ends like anything else. */
@Timeout(120)
class PauseIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Optional<String> ANY = Optional.empty();
    private static final String TICKS = "trap 'echo bye; exit 0' TERM; while :; do echo tick; sleep 0.02; done";

    /** @param cgroups {@code auto} or {@code off} */
    private static DaemonHarness started(String cgroups) throws IOException {
        DaemonHarness daemon = DaemonHarness.prepared();
        Files.writeString(daemon.config(), "cgroups = \"" + cgroups + "\"\n");
        daemon.start();
        if (cgroups.equals("auto")) {
            assumeTrue(
                    !daemon.client().capabilities().cgroup().equals("none"),
                    "this host has no group that may be written");
        }
        return daemon;
    }

    private static long written(DaemonHarness daemon, String command) {
        return daemon.room().command(command).logBytes();
    }

    private static void assertTicks(DaemonHarness daemon, String command) {
        long before = written(daemon, command);
        await().atMost(SOON).until(() -> written(daemon, command) > before);
    }

    /** By its group, or by the state of every process of it. */
    private static void assertFrozen(DaemonHarness daemon, RunOut run) {
        Optional<String> group = Processes.groupFile(run.run(), "cgroup.freeze");
        if (group.isPresent()) {
            assertEquals("1", group.get());
            return;
        }
        await().atMost(SOON).untilAsserted(() -> daemon.processes().forEach(PauseIT::assertStopped));
    }

    /** Or waiting, with the signal before it, for a stopped child of vfork, as the parent in a shell does. */
    private static void assertStopped(long pid) {
        String stat = Processes.read(Path.of("/proc/" + pid + "/stat"));
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        assertTrue(state == 'T' || state == 'D' && new ProcFiles().stopPending((int) pid), stat);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void aCommandIsFrozenOverTheDaemonsDeathAndGoesOn(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            RunOut run = daemon.room().run(daemon.room().workspace("w"), Specs.shell(TICKS));
            assertTicks(daemon, run.id());
            String how = daemon.client().commands().pause(run.id(), ANY).how();
            assertEquals(cgroups.equals("off") ? "stopped by SIGSTOP" : "frozen", how);
            assertFrozen(daemon, run);
            long still = written(daemon, run.id());
            assertEquals(JobState.PAUSED, daemon.room().command(run.id()).state());
            daemon.kill9();
            daemon.start();
            assertEquals(JobState.PAUSED, daemon.room().command(run.id()).state());
            assertEquals(
                    "paused: " + how + "; adopted from an earlier daemon",
                    daemon.room().command(run.id()).why());
            assertFrozen(daemon, run);
            assertEquals(still, written(daemon, run.id()));
            assertEquals(
                    "running", daemon.client().commands().resume(run.id(), ANY).state());
            assertTicks(daemon, run.id());
            assertEquals(Optional.of(run.pid()), daemon.room().command(run.id()).pid());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void whatIsPausedIsStoppedKilledAndRestartedAtOnce(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String workspace = daemon.room().workspace("w");
            RunOut stopped = daemon.room().run(workspace, Specs.shell(TICKS));
            assertTicks(daemon, stopped.id());
            daemon.client().commands().pause(stopped.id(), ANY);
            daemon.client().commands().stop(stopped.id(), ANY, Optional.of(30_000L));
            assertTrue(daemon.room().logs(stopped.id()).endsWith("bye\n"), "it could still act on its signal");
            RunOut killed = daemon.room().run(workspace, Specs.shell(TICKS));
            assertTicks(daemon, killed.id());
            daemon.client().commands().pause(killed.id(), ANY);
            daemon.client().commands().kill(killed.id(), ANY, "TERM");
            assertEquals(0, daemon.room().await(killed.id()).status());
            RunOut dead = daemon.room().run(workspace, Specs.shell(TICKS));
            daemon.client().commands().pause(dead.id(), ANY);
            daemon.client().commands().kill(dead.id(), ANY, "KILL");
            assertEquals(137, daemon.room().await(dead.id()).status());
            RunOut again = daemon.room()
                    .named(workspace, "n", RestartPolicy.of(RestartPolicy.Policy.ALWAYS), Specs.shell(TICKS));
            daemon.client().commands().pause(again.id(), ANY);
            daemon.client().commands().restart(again.id(), ANY, Optional.of(30_000L));
            assertEquals(JobState.RUNNING, daemon.room().command(again.id()).state());
            assertTicks(daemon, again.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void aWorkspaceIsPausedWithAllThatIsInIt(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String workspace = daemon.room().workspace("w");
            RunOut run = daemon.room().run(workspace, Specs.shell(TICKS));
            RunPipelineOut pipeline = daemon.room().pipeline(Specs.chain("p", workspace, "exec sleep 600", "exec cat"));
            assertTicks(daemon, run.id());
            assertEquals(2, daemon.client().workspaces().pause(workspace).paused());
            assertFrozen(daemon, run);
            assertEquals(JobState.PAUSED, daemon.room().pipeline(pipeline.id()).state());
            assertStages(JobState.PAUSED, daemon.room().pipeline(pipeline.id()));
            Room.refused(ErrorCode.WRONG_STATE, () -> daemon.room().run(workspace, Specs.command("true")));
            Room.refused(ErrorCode.WRONG_STATE, () -> daemon.client().commands().resume(run.id(), ANY));
            daemon.kill9();
            daemon.start();
            assertEquals(
                    WorkspaceStatus.State.PAUSED,
                    daemon.client().workspaces().show(workspace).workspace().state());
            assertEquals(JobState.PAUSED, daemon.room().pipeline(pipeline.id()).state());
            assertStages(JobState.PAUSED, daemon.room().pipeline(pipeline.id()));
            assertEquals(2, daemon.client().workspaces().resume(workspace).resumed());
            assertTicks(daemon, run.id());
            assertEquals(JobState.RUNNING, daemon.room().pipeline(pipeline.id()).state());
            assertStages(JobState.RUNNING, daemon.room().pipeline(pipeline.id()));
            daemon.client().workspaces().pause(workspace);
            daemon.client().workspaces().stop(workspace, Optional.of(5_000L));
            assertEquals(List.of(), daemon.processes());
        }
    }

    private static void assertStages(JobState state, PipelineStatus pipeline) {
        pipeline.stages().forEach(stage -> assertEquals(state, stage.state(), stage::toString));
    }

    @Test
    void theCommandLinePausesAndResumes() throws Exception {
        try (DaemonHarness daemon = started("auto")) {
            String workspace = daemon.room().workspace("w");
            RunOut run = daemon.room().run(workspace, Specs.shell(TICKS));
            RunPipelineOut pipeline = daemon.room().pipeline(Specs.chain("p", workspace, "exec sleep 600", "exec cat"));
            assertEquals(
                    "paused " + run.id() + " (frozen)\n",
                    daemon.cli("pause", run.id()).out());
            assertEquals(5, daemon.cli("start", run.id()).status());
            assertTrue(daemon.cli("ps").out().contains("paused"));
            assertEquals(
                    "resumed " + run.id() + "\n", daemon.cli("resume", run.id()).out());
            assertEquals(5, daemon.cli("resume", run.id()).status());
            assertEquals(0, daemon.cli("pipeline", "pause", "p").status());
            assertEquals(0, daemon.cli("pipeline", "resume", pipeline.id()).status());
            assertEquals(
                    "paused " + workspace + " (frozen)\n",
                    daemon.cli("ws", "pause", "w").out());
            CliResult refused = daemon.cli("run", "-w", "w", "--", "true");
            assertEquals(5, refused.status());
            assertTrue(refused.err().contains("ws resume"), refused.err());
            assertEquals(
                    "resumed " + workspace + "\n",
                    daemon.cli("ws", "resume", "w").out());
        }
    }

    /** Somebody else has frozen the group: a launch into it must come back all the same. */
    @Test
    void aLaunchIntoAFrozenGroupDoesNotHang() throws Exception {
        try (DaemonHarness daemon = started("auto")) {
            String workspace = daemon.room().workspace("w");
            List<Path> frozen = Processes.groups(workspace).stream()
                    .map(group -> group.resolve("cgroup.freeze"))
                    .filter(Files::exists)
                    .toList();
            assumeTrue(!frozen.isEmpty(), "no group that can be frozen");
            for (Path file : frozen) {
                Files.writeString(file, "1");
            }
            try {
                RunOut run = daemon.room().run(workspace, Specs.shell("echo up; exec sleep 600"));
                assertEquals(JobState.RUNNING, daemon.room().command(run.id()).state());
                RunOut other = daemon.room().run(daemon.room().workspace("x"), Specs.command("true"));
                assertEquals(0, daemon.room().await(other.id()).status());
                for (Path file : frozen) {
                    Files.writeString(file, "0");
                }
                await().atMost(SOON).until(() -> daemon.room().logs(run.id()).equals("up\n"));
            } finally {
                for (Path file : frozen) {
                    Files.writeString(file, "0");
                }
            }
        }
    }
}
