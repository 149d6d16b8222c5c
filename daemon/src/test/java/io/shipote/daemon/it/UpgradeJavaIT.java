package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Upgrades to another Java, and of daemons that are not root's. The other Java is {@code -Dshipote.java=PATH}, or one of
 * {@code /usr/lib/jvm}.
 */
@Timeout(240)
class UpgradeJavaIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LEAST = 17;

    private static UpgradeIn with(String java, String... flags) {
        return new UpgradeIn(Optional.of(java), Optional.empty(), Optional.of(List.of(flags)));
    }

    private static Optional<Path> otherJava() throws IOException {
        String given = System.getProperty("shipote.java");
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(home -> other(home.resolve("release")))
                    .map(home -> home.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    private static boolean other(Path release) {
        if (!Files.isReadable(release)) {
            return false;
        }
        String text = Processes.read(release);
        String version = text.contains("JAVA_VERSION=\"")
                ? text.split("JAVA_VERSION=\"")[1].split("[\".]")[0]
                : "0";
        int feature = version.matches("\\d+") ? Integer.parseInt(version) : 0;
        return feature >= LEAST && feature != Runtime.version().feature();
    }

    @Test
    void toAnotherJavaAndBack() throws Exception {
        Optional<Path> java = otherJava();
        assumeTrue(java.isPresent(), "no other Java from 17 on is there (-Dshipote.java=PATH names one)");
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String id = room.named(
                            workspace,
                            "s",
                            RestartPolicy.of(RestartPolicy.Policy.ALWAYS),
                            Specs.shell("trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done"))
                    .id();
            CommandStatus before = room.command(id);
            // A flag that only one of the two knows does not keep it from coming back.
            daemon.client().upgrade(with(java.get().toString()));
            assertNotEquals(Runtime.version().toString(), java(daemon));
            UpgradeOut back = daemon.client().upgrade(with(DaemonHarness.JAVA));
            assertEquals(Runtime.version().toString(), java(daemon));
            assertEquals(daemon.pid(), back.pid());
            CommandStatus after = room.command(id);
            assertEquals(before.pid(), after.pid());
            assertEquals(0, after.restarts());
            daemon.client().commands().stop(id, Optional.empty(), Optional.empty());
            assertTrue(Counted.lines(room.logs(id)) > 0);
        }
    }

    /** The Java that the last upgrade has led to, from the audit log. */
    private static String java(DaemonHarness daemon) {
        List<? extends JsonNode> lines = daemon.client().audit(Optional.of(10L)).lines();
        return lines.stream()
                .filter(line -> line.path("method").asText().equals("Upgrade"))
                .reduce((earlier, later) -> later)
                .map(line -> line.path("java").asText())
                .orElse("");
    }

    @Test
    void anOrdinaryUserUpgradesToo() throws Exception {
        assumeTrue(LifecycleIT.isRoot(), "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not there");
        try (DaemonHarness daemon =
                DaemonHarness.through("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")) {
            for (Path each : List.of(daemon.directory(), daemon.state())) {
                Files.setAttribute(each, "unix:uid", 65_534);
            }
            assumeTrue(ContainmentIT.readable(), "another user may not read what was built");
            daemon.start();
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String id = room.run(workspace, Specs.shell("trap 'exit 7' TERM; while :; do sleep 0.05; done"))
                    .id();
            Optional<Long> pid = room.command(id).pid();
            for (int i = 0; i < 2; i++) {
                daemon.client().upgrade(new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty()));
            }
            assertEquals(pid, room.command(id).pid());
            // It is still the daemon's child: its status is known.
            daemon.client().commands().kill(id, Optional.empty(), "TERM");
            assertEquals(7, room.await(id).status());
        }
    }

    @Test
    void whatIsPausedStaysPaused() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String id = room.run(
                            room.workspace("w"), Specs.shell("i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done"))
                    .id();
            await().atMost(SOON).until(() -> room.command(id).logBytes() > 0);
            daemon.client().commands().pause(id, Optional.empty());
            CommandStatus before = room.command(id);
            assertEquals(JobState.PAUSED, before.state());
            daemon.client().upgrade(new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty()));
            CommandStatus after = room.command(id);
            assertEquals(JobState.PAUSED, after.state());
            assertEquals(before.pid(), after.pid());
            assertEquals(before.logBytes(), after.logBytes());
            daemon.client().commands().resume(id, Optional.empty());
            await().atMost(SOON).until(() -> room.command(id).logBytes() > before.logBytes());
            daemon.client().commands().stop(id, Optional.empty(), Optional.empty());
            assertTrue(Counted.lines(room.logs(id)) > 0);
        }
    }
}
