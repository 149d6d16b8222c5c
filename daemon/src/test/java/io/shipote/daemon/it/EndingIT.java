package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.ErrorCode;
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

/** How things end on a real kernel, with the groups that this host has and without any. */
@Timeout(120)
class EndingIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();

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

    private static ObjectNode with(ObjectNode command, String key, Object value) {
        command.withObject("/shipote").putPOJO(key, value);
        return command;
    }

    private static void awaitOutput(DaemonHarness daemon, RunOut run, String text) {
        await().atMost(SOON).until(() -> daemon.room().logs(run.id()).equals(text));
    }

    private static void stop(DaemonHarness daemon, RunOut run, long graceMs) {
        daemon.client().commands().stop(run.id(), ANY, Optional.of(graceMs));
        assertEquals(List.of(), daemon.processes(), "a stop is answered when all are gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void itsOwnStopSignalIsTheFirst(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String script = "trap 'echo int; exit 7' INT; trap '' TERM; echo up; while :; do sleep 0.05; done";
            String workspace = daemon.room().workspace("w");
            RunOut run = daemon.room().run(workspace, with(Specs.shell(script), "stop_signal", "INT"));
            awaitOutput(daemon, run, "up\n");
            daemon.restart();
            daemon.client().commands().stop(run.id(), ANY, Optional.empty());
            assertEquals("up\nint\n", daemon.room().logs(run.id()));
            WaitOut ended = daemon.room().await(run.id());
            assertEquals(Optional.of("user"), ended.endedBy());
            assertEquals("stopped by user: exit 7", ended.why());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void aGrandchildThatHoldsTheOutputAndItsOwnSessionEndsToo(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String script = "(setsid sh -c 'trap \"\" TERM HUP; (sleep 601 & exec sleep 602) & exec sleep 603' &)\n"
                    + "echo up; trap '' TERM; while :; do sleep 0.05; done";
            RunOut run = daemon.room().run(daemon.room().workspace("w"), Specs.shell(script));
            awaitOutput(daemon, run, "up\n");
            await().atMost(SOON).until(() -> daemon.processes().size() >= 4);
            stop(daemon, run, 200);
        }
    }

    /** Each lives for a moment and leaves children behind that do the same. */
    private static final String BOMB = "b() { b & b & }; echo up; b; while :; do sleep 1; done";

    @Test
    void aForkBombInAWorkspaceWithALimitEnds() throws Exception {
        try (DaemonHarness daemon = started("auto")) {
            String workspace = daemon.room().workspace(Specs.limited("w", 1L << 30, 60));
            RunOut run = daemon.room().run(workspace, Specs.shell(BOMB));
            awaitOutput(daemon, run, "up\n");
            stop(daemon, run, 100);
        }
    }

    /**
     * Without groups nothing bounds a bomb; but what goes on forking for ever, a few at a time, is caught up with. It ends
     * by itself after two minutes, so that a test that is cut short leaves nothing for ever.
     */
    @Test
    void aChainOfForksEndsWithoutGroups() throws Exception {
        try (DaemonHarness daemon = started("off")) {
            String chain =
                    "import os, time\nend = time.time() + 120\nfor i in range(3):\n if os.fork() == 0:\n  os.setsid()\n  break\nelse:\n"
                            + " print('up', flush=True)\n"
                            + "while time.time() < end:\n if os.fork() > 0: os._exit(0)\n time.sleep(0.005)\n";
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not there");
            RunOut run = daemon.room()
                    .run(
                            daemon.room().workspace("w"),
                            with(Specs.command("/usr/bin/python3", "-c", chain), "detached_children", true));
            awaitOutput(daemon, run, "up\n");
            daemon.client().workspaces().stop("w", Optional.of(0L));
            // Between two looks at /proc such a process can be another one, so that a single look may miss it.
            await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> daemon.processes()
                    .isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void aThousandChildrenThatExitAtOnceLeaveNothing(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String script = "i=0; while [ $i -lt 1000 ]; do (read x < \"$FIFO\") & i=$((i+1)); done\n"
                    + "echo up; exec 9<>\"$FIFO\"; trap '' TERM; kill -USR1 0; exit 3";
            Path fifo = daemon.directory().resolve("fifo");
            assertEquals(
                    0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
            String workspace = daemon.room().workspace("w");
            RunOut run = daemon.room()
                    .run(workspace, Specs.withEnv(Specs.shell("trap '' USR1; " + script), "FIFO", fifo.toString()));
            WaitOut ended = daemon.room().await(run.id());
            assertEquals(3, ended.status(), ended::why);
            assertEquals(Optional.of("itself"), ended.endedBy());
            await().atMost(SOON).until(() -> daemon.processes().isEmpty());
            await().atMost(SOON).until(() -> zombiesOf(daemon.pid()) == 0);
        }
    }

    private static long zombiesOf(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> !Processes.alive(child.pid()))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void manyCommandsThatExitAtOnceAreAllTold(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String workspace = daemon.room().workspace("w");
            for (int i = 0; i < 60; i++) {
                daemon.room().run(workspace, Specs.shell("sleep 600 & exec sleep 600"));
            }
            daemon.client().workspaces().stop(workspace, Optional.of(5_000L));
            assertEquals(List.of(), daemon.processes());
            assertTrue(daemon.room().commands(workspace).stream()
                    .allMatch(c -> c.endedBy().equals(Optional.of("user"))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void whatIsLeftAloneOutlivesItsCommandAndTheDaemonButNotTheWorkspace(String cgroups) throws Exception {
        try (DaemonHarness daemon = started(cgroups)) {
            String workspace = daemon.room().workspace("w");
            ObjectNode leaves = with(Specs.shell("setsid sleep 600 & exit 0"), "detached_children", true);
            RunOut run = daemon.room().run(workspace, leaves);
            assertEquals(0, daemon.room().await(run.id()).status());
            RunOut plain = daemon.room().run(workspace, Specs.shell("setsid sleep 601 & exit 0"));
            daemon.room().await(plain.id());
            await().atMost(SOON).until(() -> daemon.processes().size() == 1);
            daemon.kill9();
            daemon.start();
            assertEquals(1, daemon.processes().size());
            assertEquals(
                    Optional.of(1L),
                    daemon.client().workspaces().show(workspace).workspace().leftBehind());
            assertTrue(daemon.client().why(workspace, ANY).lines().toString().contains("left processes behind"));
            daemon.client().workspaces().stop(workspace, Optional.of(1_000L));
            assertEquals(List.of(), daemon.processes());
        }
    }

    /** A process in a frozen group of the old hierarchy cannot even be killed: the next best thing to a broken disk. */
    @Test
    void aProcessThatCannotBeKilledIsTold() throws Exception {
        Path freezer = Path.of("/sys/fs/cgroup/freezer");
        assumeTrue(LifecycleIT.isRoot() && Files.isWritable(freezer.resolve("cgroup.procs")), "no v1 freezer here");
        Path group = Files.createDirectory(
                freezer.resolve("shipote-it-" + ProcessHandle.current().pid()));
        try (DaemonHarness daemon = started("auto")) {
            RunOut run = daemon.room().run(daemon.room().workspace("w"), Specs.command("sleep", "600"));
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(run.pid()));
            Files.writeString(group.resolve("freezer.state"), "FROZEN");
            daemon.client().commands().stop(run.id(), ANY, Optional.of(0L));
            String why = daemon.room().command(run.id()).why();
            assertTrue(why.contains("not gone 10 s after SIGKILL: pid " + run.pid()), why);
            Room.refused(
                    ErrorCode.WRONG_STATE, () -> daemon.client().workspaces().delete("w", Optional.of(0L)));
            Files.writeString(group.resolve("freezer.state"), "THAWED");
            await().atMost(SOON).until(() -> daemon.processes().isEmpty());
            assertEquals(Optional.of(137L), daemon.room().command(run.id()).status());
        } finally {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
            await().atMost(SOON)
                    .until(() -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
            Files.delete(group);
        }
    }

    @Test
    void whoeverTheKernelKillsForWantOfMemoryIsToldSo() throws Exception {
        try (DaemonHarness daemon = started("auto")) {
            long limit = 48L << 20;
            String workspace = daemon.room().workspace(Specs.limited("w", limit, 100));
            boolean limited = daemon.client().workspaces().show(workspace).applied().stream()
                    .anyMatch(
                            a -> a.item().equals("rlimits.mem_bytes") && a.why().isEmpty());
            assumeTrue(limited, "memory cannot be limited here");
            WaitOut killed = daemon.room().ended(workspace, Specs.command("tail", "/dev/zero"));
            ObjectNode exit = killed.exit().orElseThrow();
            assertEquals("oom_killed", exit.path("kind").asText(), killed::why);
            assertEquals(137, killed.status());
            assertEquals(limit, exit.path("limit_bytes").asLong());
            assertTrue(exit.path("peak_bytes").asLong() > limit / 2, exit::toString);
            RunOut innocent = daemon.room().run(workspace, Specs.command("sleep", "600"));
            ProcessHandle.of(innocent.pid()).orElseThrow().destroyForcibly();
            assertEquals(
                    "signalled",
                    daemon.room()
                            .await(innocent.id())
                            .exit()
                            .orElseThrow()
                            .path("kind")
                            .asText());
        }
    }
}
