package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.client.Shipote;
import io.shipote.core.linux.Cgroup2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The units of the host, under a systemd. */
@Cgroup2
@Timeout(180)
class SystemdIT {
    private static final long MIB = 1 << 20;
    private static final String CHANGED = "/etc/systemd/system/shipote.service.d/changed.conf";
    private static final String GROUPS = "system.slice/shipote-workspaces.service/shipote/";

    private static Optional<SystemdRoot> booted = Optional.empty();

    private SystemdRoot root;
    private Shipote client;
    private String workspace;

    @BeforeAll
    static void boot() throws IOException {
        Optional<String> missing = SystemdRoot.missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "no systemd to test with: " + missing.get());
        booted = Optional.of(SystemdRoot.boot());
    }

    @AfterAll
    static void end() throws IOException {
        if (booted.isPresent()) {
            booted.get().close();
        }
    }

    @BeforeEach
    void begin() {
        root = booted.orElseThrow();
    }

    private void start(String unit) throws IOException {
        root.run("systemctl", "start", unit);
        client = root.client();
    }

    /** Other lines in the daemon's unit, until the end of the test. */
    private void change(String lines) throws IOException {
        Files.writeString(root.file(CHANGED), "[Service]\n" + lines);
        root.run("systemctl", "daemon-reload");
    }

    private void killDaemon() throws IOException {
        String pid = root.property("MainPID");
        root.run("kill", "-9", pid);
        Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> !root.property("MainPID")
                .equals(pid));
    }

    @AfterEach
    void stopAll() throws IOException {
        if (client != null) {
            client.close();
        }
        root.run("systemctl", "stop", "shipote.socket", "shipote-workspaces.service");
        assertEquals("inactive", root.property("ActiveState"));
        // The next test may start it as often as it likes.
        root.run("systemctl", "reset-failed");
        root.run("rm", "-rf", "/var/lib/shipote");
        Files.deleteIfExists(root.file(CHANGED));
        root.run("systemctl", "daemon-reload");
    }

    private RunOut runLimited() {
        workspace = client.workspaces().create(Specs.limited("w", 64 * MIB, 30)).id();
        RunOut run = client.commands().run(workspace, Specs.withCwd(Specs.command("sleep", "600"), "/"));
        assertEquals(Optional.of(Long.toString(64 * MIB)), limit(workspace));
        assertTrue(group(run).endsWith(GROUPS + workspace + "/" + run.run()), () -> group(run));
        return run;
    }

    private Optional<String> limit(String workspace) {
        return read(root.group(GROUPS + workspace + "/memory.max"));
    }

    private String group(RunOut run) {
        return read(root.file("/proc/" + run.pid() + "/cgroup")).orElse("gone");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void assertAdopted(RunOut run) {
        CommandStatus found = client.commands().show(run.id(), Optional.empty()).command();
        assertEquals(Optional.of(run.pid()), found.pid(), () -> found + root.story());
    }

    @Test
    void aServiceThatIsRestartedOrKilledFindsWhatRunsAndItsLimits() throws Exception {
        start("shipote.service");
        assertEquals("active", root.property("ActiveState"));
        RunOut run = runLimited();
        String first = root.property("MainPID");
        assertFalse(group(run).contains("/shipote.service"), () -> group(run));

        root.run("systemctl", "restart", "shipote");
        assertNotEquals(first, root.property("MainPID"));
        assertAdopted(run);

        killDaemon();
        root.await("NRestarts", "1");
        root.await("ActiveState", "active");
        assertAdopted(run);
        assertEquals(Optional.of(Long.toString(64 * MIB)), limit(workspace));
        RunOut another = client.commands().run(workspace, Specs.withCwd(Specs.command("sleep", "600"), "/"));
        assertTrue(group(another).contains(GROUPS + workspace), () -> group(another));

        root.run("systemctl", "stop", "shipote");
        assertTrue(Files.exists(root.file("/proc/" + run.pid())));
        root.run("systemctl", "stop", "shipote-workspaces");
        assertFalse(Files.exists(root.file("/proc/" + run.pid())));
    }

    @Test
    void aDaemonThatHangsIsReplaced() throws Exception {
        change("WatchdogSec=6s\n");
        start("shipote.service");
        RunOut run = runLimited();
        String before = root.property("MainPID");
        root.run("kill", "-STOP", before);
        root.await("NRestarts", "1");
        root.await("ActiveState", "active");
        assertNotEquals(before, root.property("MainPID"));
        assertAdopted(run);
        assertTrue(read(root.file("/var/log/shipote")).orElseThrow().contains("Full thread dump"), root::story);
    }

    /** The first answer is the one that counts: who has waited in the socket must not be told less than there is. */
    @Test
    void aSocketOfSystemdStartsItAndWhoAsksFirstIsToldWhatRuns() throws Exception {
        root.run("systemctl", "start", "shipote.socket");
        assertEquals("inactive", root.property("ActiveState"));
        client = root.client();
        RunOut run = runLimited();
        assertEquals("active", root.property("ActiveState"));
        root.run("systemctl", "stop", "shipote.service");
        assertEquals("inactive", root.property("ActiveState"));
        assertAdopted(run);
        killDaemon();
        assertAdopted(run);
        root.await("ActiveState", "active");
    }

    @Test
    void anUpgradeIsAReloadOfTheSameProcess() throws Exception {
        start("shipote.service");
        RunOut run = runLimited();
        String before = root.property("MainPID");
        String changed = root.property("StateChangeTimestampMonotonic");
        String up = root.property("ActiveEnterTimestampMonotonic");
        client.upgrade(new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty()));
        root.await("SubState", "running");
        assertEquals(before, root.property("MainPID"));
        assertAdopted(run);
        // Another state and back, and never out of those in which it is up: that was reloading.
        assertNotEquals(changed, root.property("StateChangeTimestampMonotonic"));
        assertEquals(up, root.property("ActiveEnterTimestampMonotonic"));
        root.run("systemctl", "restart", "shipote");
        assertAdopted(run);
    }

    /** A unit of one's own that gives away its group: limits would make that group one in which nothing can be started. */
    @Test
    void withoutTheUnitOfGroupsThereAreNoLimitsButItCanBeRestarted() throws Exception {
        change("Delegate=yes\nEnvironment=SHIPOTE_CGROUP_ROOT=\n");
        start("shipote.service");
        String id = client.workspaces().create(Specs.limited("w", 64 * MIB, 30)).id();
        RunOut run = client.commands().run(id, Specs.withCwd(Specs.command("sleep", "600"), "/"));
        assertTrue(group(run).endsWith("/shipote.service/shipote/" + id + "/" + run.run()), () -> group(run));
        assertTrue(root.story().contains("not applied: group not divided"), root::story);
        root.run("systemctl", "restart", "shipote");
        assertAdopted(run);
        client.commands().stop(run.id(), Optional.empty(), Optional.of(1_000L));
    }

    @Test
    void theUnitsAreUnderstood() throws Exception {
        for (String unit : List.of("shipote.service", "shipote.socket", "shipote-workspaces.service")) {
            assertEquals("", root.run("systemd-analyze", "verify", "/etc/systemd/system/" + unit));
            String user = "/etc/systemd/user/" + unit;
            assertEquals("", root.run("env", "XDG_RUNTIME_DIR=/run", "systemd-analyze", "verify", "--user", user));
        }
    }
}
