package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.core.linux.NotifyStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon as a service of systemd, with a stand-in for the manager. */
@Timeout(60)
class ServiceIT {
    private static final Path UNITS = Path.of("../packaging/systemd");

    private static long count(NotifyStandIn manager, String message) throws IOException {
        return manager.messages().stream().filter(message::equals).count();
    }

    @Test
    void theManagerHearsOfTheStartOfEveryRoundAndOfTheStop() throws Exception {
        String name = "@shipote-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        try (NotifyStandIn manager = new NotifyStandIn(name);
                DaemonHarness daemon = DaemonHarness.through("env", "NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=200000")) {
            daemon.start();
            Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> count(manager, "READY=1") == 1);
            Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> count(manager, "WATCHDOG=1") >= 3);
            String workspace = daemon.room().workspace("w");
            String seen = daemon.room().output(workspace, Specs.command("env"));
            assertFalse(seen.contains("NOTIFY_SOCKET") || seen.contains("WATCHDOG_USEC"), seen);
            daemon.client().workspaces().delete(workspace, java.util.Optional.empty());
            assertEquals(0, count(manager, "STOPPING=1"));
            assertEquals(0, daemon.stop());
            List<String> all = manager.messages();
            assertEquals(1, count(manager, "STOPPING=1"));
            assertTrue(all.indexOf("READY=1") < all.indexOf("STOPPING=1"), all::toString);
        }
    }

    /** The watchdog wants a sign each 2 s: less than a start of Java may take here. */
    @Test
    void theManagerHearsOfAnUpgradeAndItsWatchdogIsGivenTime() throws Exception {
        String name = "@shipote-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        UpgradeIn asItIs = new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty());
        try (NotifyStandIn manager = new NotifyStandIn(name);
                DaemonHarness daemon = DaemonHarness.through("env", "NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=2000000")) {
            daemon.start();
            Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> count(manager, "READY=1") == 1);
            long before = System.nanoTime() / 1_000;
            daemon.client().upgrade(asItIs);
            String again = "READY=1\nWATCHDOG=1\nWATCHDOG_USEC=2000000";
            Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> count(manager, again) == 1);
            List<String> all = manager.messages();
            String reloading = all.stream()
                    .filter(one -> one.startsWith("RELOADING=1\n"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(reloading.endsWith("\nWATCHDOG=1\nWATCHDOG_USEC=60000000"), reloading);
            long at = Long.parseLong(reloading.split("MONOTONIC_USEC=")[1].split("\n")[0]);
            assertTrue(at >= before && at <= System.nanoTime() / 1_000, reloading);
            assertTrue(all.indexOf(reloading) < all.indexOf(again), all::toString);
            long pings = count(manager, "WATCHDOG=1");
            Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> count(manager, "WATCHDOG=1") > pings);
            assertEquals(0, count(manager, "STOPPING=1"));
            // One that cannot take over is not announced.
            Room.refused(ErrorCode.NOT_STARTED, () -> daemon.client()
                    .upgrade(new UpgradeIn(Optional.of("/nonexistent/java"), Optional.empty(), Optional.empty())));
            assertEquals(
                    1,
                    manager.messages().stream()
                            .filter(one -> one.startsWith("RELOADING=1"))
                            .count());
            assertEquals(0, daemon.stop());
        }
    }

    @Test
    void aPathIsASocketTooAndAManagerThatIsGoneIsNoReasonToEnd() throws Exception {
        Path path = Files.createTempDirectory("sh-notify").resolve("notify");
        try (DaemonHarness daemon = DaemonHarness.through("env", "NOTIFY_SOCKET=" + path)) {
            try (NotifyStandIn manager = new NotifyStandIn(path.toString())) {
                daemon.start();
                Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> manager.messages()
                        .equals(List.of("READY=1")));
            }
            assertEquals(0, daemon.stop());
            assertTrue(daemon.story().contains("STOPPING=1 did not reach the service manager"), daemon::story);
        } finally {
            Files.delete(path.getParent());
        }
    }

    @Test
    void theUnitsSayWhatTheDaemonNeeds() throws Exception {
        for (String unit : List.of("system/shipote.service", "user/shipote.service")) {
            List<String> lines = Files.readAllLines(UNITS.resolve(unit));
            for (String line : List.of(
                    "Type=notify",
                    "KillMode=process",
                    "Environment=SHIPOTE_CGROUP_ROOT=../shipote-workspaces.service",
                    "Wants=shipote-workspaces.service",
                    "PartOf=shipote-workspaces.service",
                    "WatchdogSec=30s",
                    "Restart=on-failure",
                    "RuntimeDirectory=shipote",
                    "RuntimeDirectoryMode=0700",
                    "RuntimeDirectoryPreserve=yes")) {
                assertTrue(lines.contains(line), unit + " has no " + line);
            }
            String start = lines.stream()
                    .filter(line -> line.startsWith("ExecStart="))
                    .findFirst()
                    .orElseThrow();
            assertTrue(start.endsWith(" io.shipote.daemon.Main"), start);
        }
    }
}
