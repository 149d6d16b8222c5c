package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fifty daemons after each other, each killed, while directories are taken away by hand: nothing piles up. */
@Timeout(600)
class RoundsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ROUNDS = 50;

    private DaemonHarness daemon;
    private GroupGround groups;

    @BeforeEach
    void prepare() throws IOException {
        daemon = DaemonHarness.prepared();
        groups = daemon.ownGroups();
        daemon.archived();
    }

    @AfterEach
    void end() throws IOException {
        if (daemon.client() == null) {
            daemon.start();
        }
        daemon.close();
        groups.remove();
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Of ours only: others use the same directory. A daemon's Java unpacks libraries there, and removes them. */
    private static Set<String> temporary() throws IOException {
        Set<String> found = new TreeSet<>(names(Path.of(System.getProperty("java.io.tmpdir"))));
        found.removeIf(name -> !name.startsWith("shipote"));
        return found;
    }

    private void deleteHistory() throws IOException {
        Path history = daemon.state().resolve("history");
        if (Files.exists(history)) {
            Remains.delete(history);
        }
    }

    @Test
    void nothingPilesUp() throws IOException {
        Path runtime = daemon.socket().getParent();
        daemon.start();
        Set<String> first = names(runtime);
        Set<String> before = temporary();
        for (int round = 0; round < ROUNDS; round++) {
            Room room = daemon.room();
            String workspace = room.workspace("w" + round);
            room.named(workspace, "web", RestartPolicy.of(RestartPolicy.Policy.ALWAYS), Specs.command("sleep", "600"));
            daemon.kill9();
            switch (round % 4) {
                case 0 -> Remains.delete(daemon.state().resolve("runs"));
                case 1 -> Remains.delete(runtime);
                case 2 -> deleteHistory();
                default -> Files.createFile(runtime.resolve("left-" + round));
            }
            daemon.start();
            assertEquals(1, daemon.processes().size(), "round " + round);
            assertEquals(0, daemon.room().command("web").restarts());
            Files.deleteIfExists(runtime.resolve("left-" + round));
            daemon.client().workspaces().delete(workspace, Optional.of(0L));
            int now = round;
            await().atMost(SOON).untilAsserted(() -> {
                assertEquals(Set.of(), Set.copyOf(daemon.processes()), "round " + now);
                assertEquals(Set.of(), Set.copyOf(groups.workspaces()), "round " + now);
            });
        }
        assertEquals(first, names(runtime));
        assertEquals(before, temporary());
        assertEquals(Set.of(), names(daemon.state().resolve("runs")));
    }
}
