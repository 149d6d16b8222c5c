package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who changed what is written down, and what the daemon did by itself too. */
@Timeout(120)
class AuditIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Optional<String> ANY = Optional.empty();

    private static List<JsonNode> lines(DaemonHarness daemon) throws IOException {
        try (Stream<String> text = Files.lines(daemon.state().resolve("audit.jsonl"))) {
            return text.map(line -> CardJson.parse(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
        }
    }

    private static boolean has(List<? extends JsonNode> lines, String key, String value) {
        return lines.stream().anyMatch(line -> line.path(key).asText().equals(value));
    }

    @Test
    void changesAreWrittenWithWhoAskedAndTheirOutcome() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            Room.refused(ErrorCode.INVALID_SPEC, () -> room.workspace("forged\n{\"by\":\"daemon\"}"));
            room.ended(workspace, Specs.withEnv(Specs.command("true", "--key=hunter2"), "TOKEN", "hunter2"));
            Room.refused(ErrorCode.NOT_FOUND, () -> daemon.client().commands().stop("nobody", ANY, Optional.empty()));
            room.named(workspace, "again", RestartPolicy.of(RestartPolicy.Policy.ALWAYS), Specs.command("false"));
            List<ObjectNode> seen = new CopyOnWriteArrayList<>();
            try (Subscription follow =
                    daemon.client().followAudit(Optional.of(100L), reply -> seen.addAll(reply.lines()))) {
                await().atMost(SOON).until(() -> has(seen, "act", "restart"));
                daemon.client().commands().stop("again", ANY, Optional.of(0L));
                await().atMost(SOON).until(() -> has(seen, "target", "again"));
                assertFalse(follow.done().isDone());
            }
            assertTrue(has(seen, "label", "forged\n{\"by\":\"daemon\"}"), seen::toString);
            assertTrue(has(seen, "outcome", "NotFound"), seen::toString);
            assertEquals(0, daemon.stop(), daemon::story);
            List<JsonNode> lines = lines(daemon);
            Path file = daemon.state().resolve("audit.jsonl");
            assertFalse(Files.readString(file).contains("hunter2"));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            JsonNode created = lines.get(0);
            assertEquals("CreateWorkspace", created.path("method").asText());
            assertEquals(workspace, created.path("id").asText());
            assertEquals(ProcessHandle.current().pid(), created.path("pid").asLong());
            assertEquals("ok", created.path("outcome").asText());
            daemon.start();
            CliResult text = daemon.cli("audit", "--tail", "3");
            assertEquals(3, text.out().lines().count(), text::toString);
            assertTrue(daemon.cli("--json", "audit").out().lines().allMatch(line -> line.startsWith("{\"time\":")));
        }
    }

    @Test
    void anAdoptionIsAnActAndAFullFileIsRotated() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Files.writeString(daemon.config(), "[audit]\nfile_bytes = \"16KiB\"\nfiles = 2\n");
            daemon.start();
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String id = room.run(workspace, Specs.command("sleep", "600")).id();
            daemon.kill9();
            daemon.start();
            await().atMost(SOON)
                    .until(() -> has(daemon.client().audit(Optional.empty()).lines(), "act", "adopt"));
            JsonNode adopted = daemon.client().audit(Optional.empty()).lines().stream()
                    .filter(line -> line.path("act").asText().equals("adopt"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(id, adopted.path("command").asText());
            String longName = "x".repeat(200);
            for (int i = 0; i < 200; i++) {
                Room.refused(
                        ErrorCode.NOT_FOUND, () -> daemon.client().commands().remove(longName, ANY));
            }
            daemon.client().audit(Optional.of(1L));
            try (Stream<Path> files = Files.list(daemon.state())) {
                List<Path> kept = files.filter(
                                path -> path.getFileName().toString().startsWith("audit.jsonl"))
                        .toList();
                assertEquals(2, kept.size(), kept::toString);
                for (Path file : kept) {
                    assertTrue(Files.size(file) <= 16 << 10, file + " has " + Files.size(file));
                }
            }
        }
    }
}
