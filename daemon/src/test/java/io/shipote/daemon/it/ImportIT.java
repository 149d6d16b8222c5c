package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.WorkspaceStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots of this and other programs, taken in by a real daemon. */
@Timeout(120)
class ImportIT {
    private static final Path FIXTURES = Path.of("../card-model/src/test/resources/fixtures/snapshot");

    private static String service(int id, String name, String cmd, String status) {
        return ("{'id':" + id + ",'name':'" + name + "','cmd':" + cmd + ",'cwd':'/','env':[],'autorestart':true,"
                        + "'max_restarts':0,'restart_delay_ms':0,'kill_timeout_ms':0,'min_uptime_ms':0,'status':'"
                        + status + "','pid':1,'restart_count':0,'last_started_at':0.0,'last_exited_at':0.0,"
                        + "'last_exit_code':0}")
                .replace('\'', '"');
    }

    private static Path runpm(DaemonHarness daemon, String... services) throws Exception {
        return Files.writeString(
                daemon.directory().resolve("services.snapshot.json"),
                "{\"version\":1,\"saved_at_ms\":7,\"services\":[" + String.join(",", services) + "]}");
    }

    private static List<CommandStatus> commands(DaemonHarness daemon, String workspace) {
        return daemon.client().workspaces().show(workspace).commands();
    }

    private static List<String> workspaces(DaemonHarness daemon) {
        return daemon.client().workspaces().list(Optional.empty(), Optional.empty()).workspaces().stream()
                .map((WorkspaceStatus w) -> w.id() + " " + w.label())
                .toList();
    }

    private static JsonNode json(CliResult result) {
        return CardJson.parse(result.out().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSnapshotOfUpstreamComesWithItsIdsAndNothingIsStarted() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Path file = FIXTURES.resolve("state-v4.json").toAbsolutePath();
            JsonNode tree = CardJson.parse(Files.readAllBytes(file));
            Golden.check(
                    "snapshot-import-dry-run",
                    daemon.directory(),
                    daemon.cli("snapshot", "import", "--dry-run", file.toString()));
            assertEquals(List.of(), workspaces(daemon));
            CliResult result = daemon.cli("snapshot", "import", file.toString());
            Golden.check("snapshot-import", daemon.directory(), result);
            List<String> expected = new java.util.ArrayList<>();
            tree.path("workspaces")
                    .forEach(w -> expected.add(
                            w.path("id").asText() + " " + w.at("/spec/label").asText()));
            expected.sort(null);
            assertEquals(expected, workspaces(daemon));
            assertEquals(0, daemon.client().health().pipelinesAlive());
            List<String> saved = daemon.client()
                    .pipelines()
                    .listSaved(Optional.empty(), Optional.empty())
                    .names();
            assertEquals(
                    tree.path("saved_pipelines").size()
                            + tree.path("live_pipelines").size(),
                    saved.size(),
                    saved::toString);
            daemon.kill9();
            daemon.start();
            assertEquals(expected, workspaces(daemon));
            assertEquals(0, daemon.client().health().pipelinesAlive());
            JsonNode again = json(daemon.cli("--json", "snapshot", "import", file.toString()));
            for (JsonNode entry : again.path("entries")) {
                assertEquals("present", entry.path("outcome").asText(), entry::toString);
            }
            assertEquals(expected, workspaces(daemon));
        }
    }

    @Test
    void whatIsThereIsNeverOverwritten() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String mine = daemon.room().workspace("scratch");
            Path file = FIXTURES.resolve("state-v1.json").toAbsolutePath();
            CliResult result = daemon.cli("snapshot", "import", file.toString());
            Golden.check("snapshot-import-conflict", daemon.directory(), result);
            assertEquals(
                    mine,
                    daemon.client().workspaces().show("scratch").workspace().id());
        }
    }

    @Test
    @DisplayName("B13, B14, C3, C5: services come down, are started on request, and only once; a bad one hinders none")
    void servicesOfRunpm() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Path file = runpm(
                    daemon,
                    service(1, "web", "[\"sleep\",\"600\"]", "online"),
                    service(0, "idle", "[\"sleep\",\"600\"]", "stopped"),
                    service(7, "bad", "[\"/nonexistent/program\"]", "online"));
            assertEquals(0, daemon.cli("snapshot", "import", file.toString()).status());
            assertEquals(3, commands(daemon, "runpm").size());
            assertTrue(
                    commands(daemon, "runpm").stream().allMatch(c -> !c.state().live()));

            JsonNode started = json(daemon.cli("--json", "snapshot", "import", "--start", file.toString()));
            assertEquals(4, started.path("entries").size(), started::toString);
            CommandStatus web = named(daemon, "web");
            assertEquals(JobState.RUNNING, web.state(), started::toString);
            assertTrue(!named(daemon, "idle").state().live());
            assertTrue(started.toString().contains("could not be started"), started::toString);
            daemon.cli("stop", "bad");

            assertEquals(
                    0,
                    daemon.cli("snapshot", "import", "--start", file.toString()).status());
            assertEquals(web.pid(), named(daemon, "web").pid());
            assertEquals(3, commands(daemon, "runpm").size());
            daemon.kill9();
            daemon.start();
            assertEquals(web.pid(), named(daemon, "web").pid());
        }
    }

    private static CommandStatus named(DaemonHarness daemon, String name) {
        return commands(daemon, "runpm").stream()
                .filter(c -> c.name().equals(Optional.of(name)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("B9, B10, B11: what is missing, no JSON or of another version is refused, and nothing is changed")
    void whatCannotBeRead() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            daemon.room().workspace("w");
            daemon.client().saveSnapshot();
            byte[] before = Files.readAllBytes(daemon.state().resolve("state.json"));
            Path file = daemon.directory().resolve("services.snapshot.json");
            Golden.check(
                    "snapshot-import-missing", daemon.directory(), daemon.cli("snapshot", "import", file.toString()));
            Files.writeString(file, "{ torn");
            Golden.check("snapshot-import-torn", daemon.directory(), daemon.cli("snapshot", "import", file.toString()));
            Files.writeString(file, "{\"version\":999999,\"services\":[]}");
            Golden.check(
                    "snapshot-import-newer", daemon.directory(), daemon.cli("snapshot", "import", file.toString()));
            assertEquals(1, workspaces(daemon).size());
            assertArrayEquals(before, Files.readAllBytes(daemon.state().resolve("state.json")));
        }
    }
}
