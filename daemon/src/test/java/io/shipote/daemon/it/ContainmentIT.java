package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.CommandCalls.RunOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop ends the whole tree, with and without groups, and the stubborn too (B26). */
@Tag("cgroup2")
@Timeout(60)
class ContainmentIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** A child, a grandchild in a session of its own, and one whose parent has gone. */
    private static final String TREE =
            "sleep 601 & setsid sleep 602 & (setsid sh -c 'sleep 603 & exec sleep 604' &) ; exec sleep 605";

    private static final int TREE_SIZE = 5;

    @Test
    void theWholeTreeIsGoneAfterAStopWithGroups() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            assumeTrue(
                    !daemon.client().capabilities().cgroup().equals("none"),
                    "this host has no group that may be written");
            assertTreeGoes(daemon);
            assertLeftoversGo(daemon);
        }
    }

    @Test
    void theWholeTreeIsGoneAfterAStopWithoutGroups() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Files.writeString(daemon.config(), "cgroups = \"off\"\n");
            daemon.start();
            RunOut run = assertTreeGoes(daemon);
            assertTrue(run.applied().isEmpty() || !run.applied().toString().isBlank());
            assertLeftoversGo(daemon);
            assertTreeGoesAfterAdoption(daemon);
        }
    }

    @Test
    void theWholeTreeIsGoneAfterAStopByAnUnprivilegedDaemon() throws Exception {
        assumeTrue(LifecycleIT.isRoot(), "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not there");
        try (DaemonHarness daemon =
                DaemonHarness.through("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")) {
            for (Path each : List.of(daemon.directory(), daemon.state())) {
                Files.setAttribute(each, "unix:uid", 65_534);
            }
            assumeTrue(readable(), "another user may not read what was built");
            daemon.start();
            assertTreeGoes(daemon);
            assertTreeGoesAfterAdoption(daemon);
        }
    }

    static boolean readable() throws Exception {
        for (Path each = Path.of("target/shipote-daemon.jar").toAbsolutePath(); each != null; each = each.getParent()) {
            if (((Integer) Files.getAttribute(each, "unix:mode") & 4) == 0) {
                return false;
            }
        }
        return true;
    }

    private static RunOut grown(DaemonHarness daemon, String label) {
        RunOut run = daemon.room().run(daemon.room().workspace(label), Specs.shell(TREE));
        await().atMost(SOON).until(() -> daemon.processes().size() == TREE_SIZE);
        return run;
    }

    private static RunOut assertTreeGoes(DaemonHarness daemon) {
        RunOut run = grown(daemon, "tree");
        daemon.client().commands().stop(run.id(), Optional.empty(), Optional.of(2_000L));
        assertEquals(List.of(), daemon.processes(), "a stop is answered when all are gone");
        return run;
    }

    private static void assertTreeGoesAfterAdoption(DaemonHarness daemon) throws Exception {
        RunOut run = grown(daemon, "adopted");
        daemon.kill9();
        daemon.start();
        daemon.client().commands().stop(run.id(), Optional.empty(), Optional.of(2_000L));
        assertEquals(List.of(), daemon.processes());
    }

    /** What a command leaves behind when it ends by itself is ended too. */
    private static void assertLeftoversGo(DaemonHarness daemon) {
        RunOut run = daemon.room().run(daemon.room().workspace("left"), Specs.shell("setsid sleep 606 & exit 3"));
        assertEquals(3, daemon.room().await(run.id()).status());
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
    }

    @Test
    void whatStayedBehindWhileNoDaemonWatchedIsEndedByTheNextAndNothingElseIs() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String workspace = daemon.room().workspace("w");
            RunOut kept = daemon.room().run(workspace, Specs.shell("setsid sleep 600 & exec sleep 601"));
            RunOut dies = daemon.room().run(workspace, Specs.shell("setsid sleep 602 & exec sleep 603"));
            await().atMost(SOON).until(() -> daemon.processes().size() == 4);
            daemon.kill9();
            ProcessHandle.of(dies.pid()).ifPresent(handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
            });
            assertEquals(3, daemon.processes().size());
            daemon.start();
            await().atMost(SOON).until(() -> daemon.processes().size() == 2);
            assertTrue(Processes.alive(kept.pid()));
            assertEquals(
                    Optional.of(kept.pid()), daemon.room().command(kept.id()).pid());
        }
    }

    @Test
    void aCommandThatIgnoresTheSignalIsKilledAfterTheGrace() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String script =
                    "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo up; while :; do sleep 0.05; done";
            RunOut run = daemon.room().run(daemon.room().workspace("b26"), Specs.shell(script));
            await().atMost(SOON).until(() -> daemon.room().logs(run.id()).equals("up\n"));
            long begun = System.nanoTime();
            daemon.client().commands().stop(run.id(), Optional.empty(), Optional.of(500L));
            long took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            assertTrue(took >= 500, () -> "killed after " + took + " ms");
            assertEquals(List.of(), daemon.processes());
            assertEquals(Optional.of(137L), daemon.room().command(run.id()).status());
        }
    }
}
