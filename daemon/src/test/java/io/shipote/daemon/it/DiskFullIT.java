package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small file system of its own, in a mount namespace that goes with the daemon, is filled and emptied again. */
@Timeout(180)
class DiskFullIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String FILLER = "filler";
    private static final byte[] BLOCK = new byte[4096];
    private static final String MOUNT = "for word; do [ \"$last\" = --state-dir ] && dir=$word; last=$word; done; "
            + "mount -t %s -o %s none \"$dir\" && exec \"$@\"";

    @BeforeAll
    static void canMount() throws Exception {
        Process tried = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt").start();
        assumeTrue(tried.waitFor() == 0, "mounting a file system needs to be root with a mount namespace");
    }

    private static DaemonHarness on(String type, String options, String config) throws IOException {
        DaemonHarness daemon = DaemonHarness.through("unshare", "-m", "sh", "-c", MOUNT.formatted(type, options), "sh");
        Files.writeString(daemon.config(), config);
        return daemon.start();
    }

    /** The state directory as the daemon sees it. */
    private static Path state(DaemonHarness daemon) {
        return Path.of("/proc/" + daemon.pid() + "/root" + daemon.state());
    }

    /** Leaves about so many bytes free. */
    private static void fill(Path state, long leave) throws IOException {
        Files.deleteIfExists(state.resolve(FILLER));
        long blocks = (Files.getFileStore(state).getUsableSpace() - leave) / BLOCK.length;
        try (OutputStream out = Files.newOutputStream(state.resolve(FILLER))) {
            for (long done = 0; done < blocks; done++) {
                out.write(BLOCK);
            }
        }
    }

    /** Takes every block that is left; also those that a refused write has given back. */
    private static void fillToTheBrim(Path state) throws IOException {
        try (OutputStream out =
                Files.newOutputStream(state.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(BLOCK);
            }
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        }
    }

    private static List<String> labels(DaemonHarness daemon) {
        return daemon.client().workspaces().list(Optional.empty(), Optional.empty()).workspaces().stream()
                .map(w -> w.label())
                .toList();
    }

    @Test
    void aFullDiskRefusesWhatCannotBeWrittenAndHarmsNothing() throws Exception {
        try (DaemonHarness daemon = on("tmpfs", "size=16m,mode=700", "[disk]\nlow = 0\ncritical = 0\n")) {
            Room room = daemon.room();
            String workspace = room.workspace("before");
            Path go = daemon.directory().resolve("go");
            String writer = room.run(
                            workspace,
                            Specs.shell("until [ -e " + go + " ]; do sleep 0.05; done; seq 1 1000000 || exit 9"))
                    .id();
            daemon.client().saveSnapshot();
            Path state = state(daemon);
            byte[] snapshot = Files.readAllBytes(state.resolve("state.json"));
            fillToTheBrim(state);

            List<String> stored = new ArrayList<>(List.of("before"));
            // What fits into the journal's last block is still taken.
            String full = "x".repeat(200);
            Optional<ShipoteException> refused = Optional.empty();
            for (int i = 0; i < 50 && refused.isEmpty(); i++) {
                refused = create(room, full + i);
                if (refused.isEmpty()) {
                    stored.add(full + i);
                }
            }
            assertEquals(ErrorCode.NOT_STORED, refused.orElseThrow().code());
            assertTrue(refused.get().getMessage().contains("No space left on device"), refused::toString);
            assertEquals(stored, labels(daemon));
            String lost = full + (stored.size() - 1);
            fillToTheBrim(state);
            ShipoteException launch =
                    Room.refused(ErrorCode.NOT_STARTED, () -> room.run(workspace, Specs.command("true")));
            assertTrue(launch.getMessage().contains("No space left on device"), launch.getMessage());
            // A command that writes into the full disk is told by the kernel, and the daemon sees it end.
            fillToTheBrim(state);
            Files.createFile(go);
            assertEquals(9, room.await(writer).status());
            assertArrayEquals(snapshot, Files.readAllBytes(state.resolve("state.json")));

            Files.delete(state.resolve(FILLER));
            room.workspace("after");
            stored.add("after");
            assertEquals(stored, labels(daemon));
            assertEquals(0, room.ended(workspace, Specs.command("true")).status());
            assertTrue(daemon.client().saveSnapshot().written());
            String written = Files.readString(state.resolve("state.json"));
            assertTrue(written.contains("\"after\""), written);
            assertFalse(written.contains("\"" + lost + "\""), written);
            String audit = Files.readString(state.resolve("audit.jsonl"));
            assertTrue(audit.contains("\"label\":\"after\""), audit);
        }
    }

    private static Optional<ShipoteException> create(Room room, String label) {
        try {
            room.workspace(label);
            return Optional.empty();
        } catch (ShipoteException e) {
            return Optional.of(e);
        }
    }

    @Test
    void aLowDiskIsToldCutsLogsAndACriticalOneStartsNothing() throws Exception {
        String config =
                "[disk]\nlow = \"32MiB\"\ncritical = \"16MiB\"\n[retention]\nlog_bytes_per_command = \"4MiB\"\n";
        try (DaemonHarness daemon = on("tmpfs", "size=64m,mode=700", config)) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String writer = room.run(workspace, Specs.shell("head -c 3000000 /dev/zero | tr '\\0' a; exec sleep 600"))
                    .id();
            await().atMost(SOON).until(() -> room.command(writer).logBytes() == 3_000_000);
            assertEquals(Optional.empty(), daemon.client().health().degraded());
            fill(state(daemon), 24L << 20);
            await().atMost(SOON).until(() -> degraded(daemon).contains("disk low"));
            await().atMost(SOON).until(() -> room.logs(writer).length() <= 1 << 20);
            assertEquals(0, room.ended(workspace, Specs.command("true")).status());
            fill(state(daemon), 8L << 20);
            await().atMost(SOON).until(() -> degraded(daemon).contains("disk critical"));
            ShipoteException refused =
                    Room.refused(ErrorCode.LIMIT_EXCEEDED, () -> room.run(workspace, Specs.command("true")));
            assertTrue(refused.getMessage().contains("MiB are free (free some"), refused.getMessage());
            Room.refused(ErrorCode.LIMIT_EXCEEDED, () -> room.pipeline(Specs.chain("p", workspace, "true")));
            assertEquals("running", room.command(writer).state().word());
            assertTrue(daemon.cli("health").out().contains("disk critical"));

            Files.delete(state(daemon).resolve(FILLER));
            await().atMost(SOON).until(() -> degraded(daemon).isEmpty());
            assertEquals(0, room.ended(workspace, Specs.command("true")).status());
            String acts = daemon.client().audit(Optional.empty()).lines().toString();
            for (String act : List.of("disk.low", "disk.critical", "disk.ok")) {
                assertTrue(acts.contains("\"act\":\"" + act + "\""), acts);
            }
        }
    }

    private static String degraded(DaemonHarness daemon) {
        return String.join("; ", daemon.client().health().degraded().orElse(List.of()));
    }

    @Test
    void aFileSystemThatCannotGiveBackPartsOfAFileIsTold() throws Exception {
        try (DaemonHarness daemon = on("ramfs", "mode=700", "[retention]\nlog_bytes_per_command = \"64KiB\"\n")) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String writer = room.run(workspace, Specs.shell("head -c 300000 /dev/zero | tr '\\0' a; exec sleep 600"))
                    .id();
            await().atMost(SOON).until(() -> degraded(daemon).contains("logs are not bounded"));
            assertEquals(300_000, room.logs(writer).length());
            assertTrue(daemon.client().capabilities().notes().toString().contains("EOPNOTSUPP"));
            assertEquals(
                    1,
                    Files.readAllLines(daemon.log()).stream()
                            .filter(line -> line.contains("logs are not bounded"))
                            .count());
        }
    }
}
