package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.card.wire.WorkspaceStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The snapshot file as the daemon writes, reads and refuses it. */
@Timeout(60)
class SnapshotIT {
    private static final Path FIXTURES = Path.of("../card-model/src/test/resources/fixtures/snapshot");

    private static Path file(DaemonHarness daemon) {
        return daemon.state().resolve("state.json");
    }

    private static JsonNode read(Path file) throws Exception {
        return CardJson.parse(Files.readAllBytes(file));
    }

    @Test
    void theFileIsUpstreamsVersionFourForItsOwnerAlone() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String id = daemon.room().workspace("wörk");
            daemon.client()
                    .pipelines()
                    .save(new SavePipelineIn(
                            "p", Specs.chain("p", id, "true", "cat").encode(), Optional.empty(), Optional.empty()));
            assertEquals(file(daemon).toString(), daemon.client().saveSnapshot().path());
            JsonNode state = read(file(daemon));
            assertEquals(4, state.path("version").asInt());
            assertTrue(state.path("timestamp_ms").isIntegralNumber());
            assertEquals(id, state.at("/workspaces/0/id").asText());
            assertEquals("wörk", state.at("/workspaces/0/spec/label").asText());
            assertEquals("p", state.at("/saved_pipelines/0/name").asText(), state::toString);
            assertTrue(state.path("live_pipelines").isArray());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file(daemon))));
        }
    }

    /** S2 and S11. */
    @Test
    void aSecondSaveWritesNothingUnlessTheFileIsMissing() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            assertFalse(daemon.client().health().dirty());
            daemon.room().workspace("w");
            assertTrue(daemon.client().health().dirty());
            assertTrue(daemon.client().saveSnapshot().written());
            assertFalse(daemon.client().health().dirty());
            FileTime old = FileTime.fromMillis(1_000_000);
            Files.setLastModifiedTime(file(daemon), old);
            assertFalse(daemon.client().saveSnapshot().written());
            assertEquals(old, Files.getLastModifiedTime(file(daemon)));
            Files.delete(file(daemon));
            assertTrue(daemon.client().saveSnapshot().written());
            assertEquals(1, read(file(daemon)).path("workspaces").size());
        }
    }

    /** S1, S3 and S9. */
    @Test
    void aRestoreKeepsAllAndChangesNothing() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String id = daemon.room().workspace("w");
            ObjectNode spec = Specs.chain("p", id, "echo x", "cat").encode();
            daemon.client().pipelines().save(new SavePipelineIn("p", spec, Optional.empty(), Optional.empty()));
            daemon.stop();
            byte[] before = Files.readAllBytes(file(daemon));
            FileTime old = FileTime.fromMillis(1_000_000);
            Files.setLastModifiedTime(file(daemon), old);
            daemon.start();
            assertEquals(id, daemon.client().workspaces().show("w").workspace().id());
            assertEquals(spec, daemon.client().pipelines().showSaved("p").spec());
            assertFalse(daemon.client().health().dirty());
            daemon.stop();
            assertArrayEquals(before, Files.readAllBytes(file(daemon)));
            assertEquals(old, Files.getLastModifiedTime(file(daemon)));
            daemon.start();
        }
    }

    /** S6, and a file that is cut off: neither is touched, and file and line are named. */
    @ParameterizedTest
    @ValueSource(strings = {"state-v4-truncated.json", "state-v5-future.json"})
    void aFileThatCannotBeReadIsRefusedAndLeftAlone(String fixture) throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            byte[] bytes = Files.readAllBytes(FIXTURES.resolve(fixture));
            Files.write(file(daemon), bytes);
            String line = daemon.tryStart();
            assertTrue(line.startsWith("error "), line);
            assertArrayEquals(bytes, Files.readAllBytes(file(daemon)));
            if (fixture.contains("future")) {
                assertTrue(line.contains(file(daemon) + ": is of version 5, newer than 4"), line);
            } else {
                assertTrue(line.matches("error " + file(daemon) + ":\\d+:\\d+: .*"), line);
            }
        }
    }

    @Test
    void recoverStartsFromAnOlderGenerationAndKeepsTheBadFile() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String id = daemon.room().workspace("w");
            daemon.restart();
            daemon.client()
                    .pipelines()
                    .save(new SavePipelineIn(
                            "p", Specs.chain("p", id, "true").encode(), Optional.empty(), Optional.empty()));
            daemon.stop();
            Files.writeString(file(daemon), "{ not json");
            assertTrue(daemon.tryStart().startsWith("error "));
            daemon.start("--recover");
            assertEquals(id, daemon.client().workspaces().show("w").workspace().id());
            List<String> names = List.of(daemon.state().toFile().list());
            assertTrue(
                    names.stream().filter(name -> name.startsWith("state.json")).anyMatch(name -> Processes.read(
                                    daemon.state().resolve(name))
                            .equals("{ not json")),
                    names::toString);
        }
    }

    @Test
    void aRollbackGoesOnFromAGenerationAndKeepsWhatWas() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Path state = daemon.directory().resolve("shipote/state.json");
            daemon.cli("ws", "create", "--label", "first");
            stop(daemon);
            String second =
                    daemon.cli("ws", "create", "--label", "second").out().strip();
            Golden.check("snapshot-rollback-running", daemon.directory(), daemon.cli("snapshot", "rollback", "1"));
            stop(daemon);
            byte[] before = Files.readAllBytes(state);
            Golden.check("snapshot-rollback-none", daemon.directory(), daemon.cli("snapshot", "rollback", "3"));
            assertArrayEquals(before, Files.readAllBytes(state));
            Golden.check("snapshot-rollback", daemon.directory(), daemon.cli("snapshot", "rollback", "1"));
            assertArrayEquals(before, Files.readAllBytes(state.resolveSibling("state.json.before-rollback-1")));
            assertEquals(0, daemon.cli("ws", "show", "first").status());
            assertEquals(4, daemon.cli("ws", "show", "second").status());
            daemon.cli("ws", "delete", "first");
            stop(daemon);
            // Rolled back over: no daemon knows its groups any more.
            for (Path group : Processes.groups(second)) {
                Files.delete(group);
            }
        }
    }

    /** Stops a daemon that the command line has started. */
    private static void stop(DaemonHarness daemon) throws Exception {
        CliResult stop = daemon.cli("--json", "daemon", "stop");
        long pid = CardJson.parse(stop.out().getBytes(StandardCharsets.UTF_8))
                .path("pid")
                .asLong();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    }

    /** S5 and S10. */
    @ParameterizedTest
    @ValueSource(strings = {"state-v1.json", "state-v1-lean.json", "state-v2.json", "state-v3.json", "state-v4.json"})
    void filesOfAllVersionsLoadWithTheirIds(String fixture) throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            ObjectNode tree = (ObjectNode) read(FIXTURES.resolve(fixture));
            if (tree.has("live_pipelines")) {
                ((ArrayNode) tree.get("live_pipelines")).removeAll();
            }
            Files.writeString(file(daemon), tree.toString());
            List<String> expected = new ArrayList<>();
            tree.path("workspaces")
                    .forEach(w -> expected.add(
                            w.path("id").asText() + w.at("/spec/label").asText()));
            assertNotEquals(List.of(), expected);
            daemon.start();
            List<String> loaded =
                    daemon.client().workspaces().list(Optional.empty(), Optional.empty()).workspaces().stream()
                            .map((WorkspaceStatus w) -> w.id() + w.label())
                            .sorted()
                            .toList();
            assertEquals(expected.stream().sorted().toList(), loaded, daemon::story);
            assertEquals(
                    tree.path("saved_pipelines").size(),
                    daemon.client()
                            .pipelines()
                            .listSaved(Optional.empty(), Optional.empty())
                            .names()
                            .size());
            assertEquals(0, daemon.client().health().quarantined());
        }
    }

    /** S7. */
    @Test
    void aBadEntryIsSetAsideAndTheOthersAreThere() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared()) {
            Files.copy(FIXTURES.resolve("state-v4-one-bad-label.json"), file(daemon));
            int all = read(file(daemon)).path("workspaces").size();
            daemon.start();
            assertEquals(1, daemon.client().health().quarantined());
            assertEquals(all - 1, daemon.client().health().workspaces());
            daemon.room().workspace("new");
            daemon.client().saveSnapshot();
            assertEquals(all + 1, read(file(daemon)).path("workspaces").size(), "what was set aside is kept");
        }
    }

    @Test
    void aTornLastRecordOfTheJournalIsCutAndTheRestIsThere() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String first = daemon.room().workspace("first");
            Path journal = daemon.state().resolve("state.journal");
            long whole = Files.size(journal);
            String second = daemon.room().workspace("second");
            byte[] both = Files.readAllBytes(journal);
            daemon.kill9();
            assertTrue(both.length > whole);
            Files.write(journal, java.util.Arrays.copyOf(both, both.length - 3), StandardOpenOption.TRUNCATE_EXISTING);
            daemon.start();
            List<String> ids =
                    daemon.client().workspaces().list(Optional.empty(), Optional.empty()).workspaces().stream()
                            .map(WorkspaceStatus::id)
                            .toList();
            assertEquals(List.of(first), ids, () -> new String(both, StandardCharsets.UTF_8));
            daemon.room().workspace("second");
            // Cut from the outside after the answer: no daemon can know its groups any more.
            for (Path group : Processes.groups(second)) {
                Files.delete(group);
            }
        }
    }
}
