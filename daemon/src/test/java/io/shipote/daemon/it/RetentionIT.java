package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandCalls.ShowCommandOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.PruneIn;
import io.shipote.card.wire.PrunedJob;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.RunStatus;
import io.shipote.core.LogHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of commands, runs and logs, and for how long. */
@Timeout(180)
class RetentionIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();

    private static DaemonHarness with(String config) throws IOException {
        DaemonHarness daemon = DaemonHarness.prepared();
        Files.writeString(daemon.config(), config);
        return daemon.start();
    }

    private static long pruned(DaemonHarness daemon, String workspace) {
        return daemon.client()
                .commands()
                .list(new ListCommandsIn(Optional.of(workspace), Optional.of(true), ANY, Optional.empty()))
                .pruned()
                .orElse(0L);
    }

    private static long runDirectories(DaemonHarness daemon) throws IOException {
        try (Stream<Path> all = Files.walk(daemon.state().resolve("runs"), 2)) {
            return all.filter(path -> path.getNameCount() == daemon.state().getNameCount() + 3)
                    .count();
        }
    }

    @Test
    void endedOnesBeyondTheBoundAreRemovedAndCounted() throws Exception {
        try (DaemonHarness daemon = with("[retention]\ndead_commands_per_workspace = 3\n")) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String alive = room.run(workspace, Specs.command("sleep", "600")).id();
            room.named(workspace, "declared", RestartPolicy.NEVER, Specs.command("true"));
            room.await("declared");
            for (int i = 0; i < 7; i++) {
                room.ended(workspace, Specs.shell("exit " + i));
            }
            assertEquals(4, pruned(daemon, workspace));
            assertEquals(5, room.commands(workspace).size());
            await().atMost(SOON).until(() -> runDirectories(daemon) == 5);
            CliResult text = daemon.cli("ps", "-a");
            assertTrue(text.err().contains("4 more had ended and were removed"), text::toString);

            CliResult dry = daemon.cli("prune", "-w", "w", "--dry-run");
            assertTrue(dry.out().endsWith("would remove 3 commands and pipelines\n"), dry::toString);
            assertEquals(5, room.commands(workspace).size());
            CliResult young = daemon.cli("prune", "--older", "1h");
            assertTrue(young.out().endsWith("removed 0 commands and pipelines\n"), young::toString);
            CliResult now = daemon.cli("--json", "prune");
            assertTrue(now.out().contains("\"pruned_total\": 3"), now::toString);
            assertEquals(
                    List.of(alive, "declared"),
                    room.commands(workspace).stream()
                            .map(c -> c.name().orElse(c.id()))
                            .toList());
            assertEquals(2, runDirectories(daemon));
            assertEquals(7, pruned(daemon, workspace));

            daemon.restart();
            assertEquals("running", room.command(alive).state().word());
            room.pipeline(Specs.chain("p", workspace, "echo a", "cat"));
            room.await("p");
            List<PrunedJob> gone = daemon.client()
                    .prune(new PruneIn(ANY, Optional.empty(), Optional.empty()))
                    .pruned();
            assertEquals(
                    List.of("pipeline p"),
                    gone.stream().map(j -> j.kind() + " " + j.label()).toList());
            assertEquals("running", room.command(alive).state().word());
        }
    }

    @Test
    void theRunsBeforeTheNewestAreKeptWithTheirLogs() throws Exception {
        try (DaemonHarness daemon = with("[retention]\nruns_per_command = 2\n")) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            room.named(workspace, "job", RestartPolicy.NEVER, Specs.shell("echo $SHIPOTE_RUN"));
            for (int i = 0; i < 3; i++) {
                room.await("job");
                daemon.client().commands().start("job", ANY);
            }
            room.await("job");
            daemon.restart();
            ShowCommandOut shown = daemon.client().commands().show("job", ANY);
            List<RunStatus> runs = shown.runs().orElseThrow();
            assertEquals(2, runs.size(), runs::toString);
            assertEquals(shown.command().run(), Optional.of(runs.get(0).run()));
            assertEquals(27, runs.get(1).logBytes());
            String earlier = runs.get(1).run();
            assertEquals(
                    earlier + "\n", daemon.cli("logs", "job", "--run", earlier).out());
            assertEquals(runs.get(0).run() + "\n", daemon.cli("logs", "job").out());
            assertEquals(4, daemon.cli("logs", "job", "--run", "NOSUCH").status());
            assertTrue(daemon.cli("show", "job").out().contains(earlier));
            await().atMost(SOON).until(() -> runDirectories(daemon) == 2);
        }
    }

    @Test
    void logsAreCutAtTheirHeadAndReadersBeginBehindTheHole() throws Exception {
        String config =
                "[retention]\nlog_bytes_per_command = \"1MiB\"\nlog_bytes_per_workspace = \"2MiB\"\nruns_per_command = 5\n";
        try (DaemonHarness daemon = with(config)) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String writer = room.run(workspace, Specs.shell("seq 1000000 1500000; echo the end; exec sleep 600"))
                    .id();
            Path out = daemon.state()
                    .resolve("runs/" + workspace + "/"
                            + room.command(writer).run().orElseThrow() + "/out");
            await().atMost(SOON).until(() -> Files.size(out) == 500_001 * 8 + 8);
            await().atMost(SOON).until(() -> kept(out) <= 1 << 20);
            assertTrue(kept(out) >= (7 << 20) / 8 - 4096, () -> "only " + kept(out) + " are left");
            String text = room.logs(writer);
            assertTrue(text.endsWith("1500000\nthe end\n"));
            assertEquals(kept(out), text.length());
            assertFalse(text.contains("\0"));
            assertEquals(Files.size(out), room.command(writer).logBytes());

            // Two more of almost a MiB each, ended: the workspace's budget takes the oldest ended one first.
            String old = room.run(workspace, Specs.shell("head -c 900000 /dev/zero | tr '\\0' a"))
                    .id();
            room.await(old);
            String newer = room.run(workspace, Specs.shell("head -c 900000 /dev/zero | tr '\\0' b"))
                    .id();
            room.await(newer);
            await().atMost(SOON).until(() -> room.logs(old).isEmpty());
            assertEquals(900_000, room.logs(newer).length());
            assertTrue(room.logs(writer).endsWith("the end\n"));
            CommandStatus still = room.command(writer);
            assertEquals("running", still.state().word());
        }
    }

    private static long kept(Path file) {
        try {
            long size = Files.size(file);
            return size - LogHead.of(file, 0, size);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
