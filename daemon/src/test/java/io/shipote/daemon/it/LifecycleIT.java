package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.HealthOut;
import io.shipote.card.wire.JobState;
import io.shipote.core.garbage.RuntimeDens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The daemon's own life: start, stop, crash, and who may hold its state and its socket. */
@Timeout(90)
class LifecycleIT {
    private static final int COMMANDS = 50;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    @Test
    void aFreshDaemonIsHealthyEmptyAndClean() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            HealthOut health = daemon.client().health();
            assertEquals("ready", health.state());
            assertEquals(daemon.pid(), health.pid());
            assertEquals(0, health.workspaces() + health.commandsAlive() + health.pipelinesAlive());
            assertEquals(daemon.state().toString(), health.stateDirectory());
            assertEquals(daemon.socket().toString(), health.socket());
            assertEquals("srw-------", mode(daemon.socket()));
            assertEquals("rwx------", mode(daemon.socket().getParent()).substring(1));
        }
    }

    private static String mode(Path path) throws Exception {
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        return (Files.isDirectory(path) ? "d" : "s")
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                + (mode == 0 ? "?" : "");
    }

    @Test
    void aSecondDaemonIsRefusedWithPidAndSocketOfTheFirst() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String other = daemon.directory().resolve("run2/x.sock").toString();
            for (String[] more : new String[][] {{}, {"--socket", other}}) {
                String line = daemon.tryStart(more);
                assertTrue(
                        line.startsWith(
                                "error another daemon runs: pid " + daemon.pid() + ", socket " + daemon.socket()),
                        line);
            }
            assertEquals(daemon.pid(), daemon.client().health().pid());
        }
    }

    @Test
    void aSocketLeftByAKilledDaemonIsTakenOver() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            daemon.kill9();
            assertTrue(Files.exists(daemon.socket()));
            daemon.start();
            assertEquals(daemon.pid(), daemon.client().health().pid());
            assertEquals(0, daemon.stop());
            assertFalse(Files.exists(daemon.socket()));
            daemon.start();
        }
    }

    @Test
    void commandsOutliveAStopAndAKillAndAreAdoptedWithTheirPids() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String workspace = daemon.room().workspace("crowd");
            List<Long> pids = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                pids.add(daemon.room()
                        .run(workspace, Specs.command("sleep", "600"))
                        .pid());
            }
            TreeMap<String, Long> before = running(daemon, workspace);
            assertEquals(COMMANDS, before.size());
            long begun = System.nanoTime();
            assertEquals(0, daemon.stop(), daemon::story);
            assertTrue(System.nanoTime() - begun < STOP_LIMIT.toNanos(), "the stop took too long");
            assertTrue(pids.stream().allMatch(Processes::alive), "a stop ended commands");
            daemon.start();
            assertEquals(before, running(daemon, workspace));
            daemon.kill9();
            assertTrue(pids.stream().allMatch(Processes::alive), "a crash ended commands");
            daemon.start();
            assertEquals(before, running(daemon, workspace));
            assertEquals(COMMANDS, daemon.processes().size(), "something was started twice");

            CliResult all = daemon.cli("daemon", "stop", "--all");
            assertEquals(0, all.status(), all::err);
            assertEquals(0, daemon.awaitEnd());
            assertEquals(List.of(), daemon.processes());
            daemon.start();
            assertEquals(new TreeMap<>(), running(daemon, workspace), "nothing declared them, so nothing returns");
        }
    }

    private static TreeMap<String, Long> running(DaemonHarness daemon, String workspace) {
        TreeMap<String, Long> pids = new TreeMap<>();
        for (CommandStatus each : daemon.room().commands(workspace)) {
            if (each.state() == JobState.RUNNING) {
                pids.put(each.id(), each.pid().orElseThrow());
            }
        }
        return pids;
    }

    @Test
    void onStopStopInTheConfigurationEndsWhatRuns() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Files.writeString(daemon.config(), "on_stop = \"stop\"\n");
            daemon.start();
            daemon.room().run(daemon.room().workspace("w"), Specs.command("sleep", "600"));
            assertEquals(0, daemon.stop(), daemon::story);
            assertEquals(List.of(), daemon.processes());
            daemon.start();
        }
    }

    @Test
    void twoStartersAtOnceEndWithOneDaemon() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            List<Process> starters = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                starters.add(daemon.cliProcess("--json", "health"));
            }
            List<String> answers = new ArrayList<>();
            for (Process starter : starters) {
                answers.add(
                        new String(starter.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                assertEquals(0, starter.waitFor(), answers::toString);
            }
            List<String> pids = answers.stream()
                    .map(a -> a.replaceAll("(?s).*\"pid\" *: *(\\d+).*", "$1"))
                    .distinct()
                    .toList();
            assertEquals(1, pids.size(), answers::toString);
            assertTrue(Processes.alive(Long.parseLong(pids.get(0))), answers::toString);
            assertEquals(0, Processes.session(Long.parseLong(pids.get(0))) - Long.parseLong(pids.get(0)));
            CliResult stop = daemon.cli("daemon", "stop", "--all");
            assertEquals(0, stop.status(), stop::err);
            ProcessHandle.of(Long.parseLong(pids.get(0)))
                    .ifPresent(handle -> handle.onExit().join());
        }
    }

    @Test
    void aSocketPathThatIsTooLongIsRefusedWithItsLength() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            String path = daemon.directory().resolve("x".repeat(100)).toString();
            String line = daemon.tryStart("--socket", path);
            assertTrue(line.startsWith("error the socket's path has " + path.length() + " bytes"), line);
        }
    }

    @Test
    void aSocketDirectoryOfSomeoneElseIsRefused() throws Exception {
        assumeTrue(isRoot(), "only root can make a directory of someone else");
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Path foreign = Files.createDirectory(daemon.directory().resolve("foreign"));
            Files.setAttribute(foreign, "unix:uid", 65_534);
            String line = daemon.tryStart("--socket", foreign.resolve("x").toString());
            assertTrue(line.startsWith("error the directory " + foreign + " belongs to uid 65534"), line);
            assertEquals(
                    List.of(),
                    List.of(Optional.ofNullable(foreign.toFile().list()).orElseThrow()));
        }
    }

    static boolean isRoot() throws Exception {
        return (Integer) Files.getAttribute(Path.of("/proc/self/"), "unix:uid") == 0;
    }

    @Test
    void whatAKilledDaemonLeftInTheRuntimeDirectoryIsRemovedByTheNextOne() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Path owner = RuntimeDens.ownerFile(daemon.socket());
            assertEquals("rw-------", mode(owner).substring(1));
            assertTrue(Files.readString(owner).contains("\"pid\" : " + daemon.pid()));
            daemon.kill9();
            assertTrue(Files.exists(owner));
            Path second = daemon.socket().resolveSibling("second.sock");
            assertEquals("ready " + second, daemon.tryStart("--socket", second.toString()));
            Awaitility.await().atMost(DaemonHarness.PATIENCE).untilAsserted(() -> {
                assertFalse(Files.exists(daemon.socket()), daemon::story);
                assertFalse(Files.exists(owner));
            });
            assertTrue(Files.exists(second));
            assertEquals(0, daemon.stop());
            assertFalse(Files.exists(RuntimeDens.ownerFile(second)));
        }
    }
}
