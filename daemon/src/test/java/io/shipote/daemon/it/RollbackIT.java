package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rollback leaves alone: it is told, nothing of it runs twice, and the way back leads to the same processes. */
@Timeout(180)
class RollbackIT {
    private DaemonHarness daemon;
    private String second;

    /** A daemon of the command line: {@code first} is in generation 1, {@code second} came after it. */
    @BeforeEach
    void begin() throws IOException {
        daemon = DaemonHarness.prepared();
        ok("ws", "create", "--label", "first");
        stop();
        second = ok("ws", "create", "--label", "second").path("id").asText();
        daemon.remember(second);
    }

    @AfterEach
    void end() throws IOException {
        for (JsonNode workspace : ok("ws", "list").path("workspaces")) {
            daemon.remember(workspace.path("id").asText());
            ok("ws", "delete", "--grace", "0", workspace.path("id").asText());
        }
        stop();
        daemon.close();
    }

    private JsonNode ok(String... words) throws IOException {
        return cli(0, words);
    }

    private JsonNode cli(int status, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(words));
        CliResult result = daemon.cli(all.toArray(String[]::new));
        assertEquals(status, result.status(), () -> List.of(words) + result.out() + result.err());
        return CardJson.parse(result.out().getBytes(StandardCharsets.UTF_8));
    }

    private void stop() throws IOException {
        long pid = ok("daemon", "stop").path("pid").asLong();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    }

    private Path aside() {
        return daemon.directory().resolve("shipote/state.json.before-rollback-1");
    }

    private static JsonNode only(JsonNode all, String key, String value) {
        List<JsonNode> found = StreamSupport.stream(all.spliterator(), false)
                .filter(one -> one.path(key).asText().equals(value))
                .toList();
        assertEquals(1, found.size(), all::toString);
        return found.get(0);
    }

    private JsonNode unwatched() throws IOException {
        return only(cli(0, "--no-start", "doctor").path("findings"), "check", "unwatched");
    }

    /** Types what it says, as a user would. */
    private void type(String commands) throws Exception {
        List<String> shipote = new ArrayList<>();
        CliResult.builder(daemon.environment(), daemon.directory())
                .command()
                .forEach(word -> shipote.add("'" + word + "'"));
        ProcessBuilder shell = CliResult.builder(daemon.environment(), daemon.directory())
                .command("sh", "-c", "shipote() { " + String.join(" ", shipote) + " \"$@\"; }; " + commands)
                .redirectErrorStream(true)
                .redirectOutput(daemon.directory().resolve("typed").toFile());
        Process process = shell.start();
        assertTrue(process.waitFor(2 * DaemonHarness.PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(
                0, process.exitValue(), () -> Processes.read(daemon.directory().resolve("typed")));
    }

    private static String back(String text) {
        int from = text.indexOf("to have them back: ") + "to have them back: ".length();
        return text.substring(from, text.indexOf("   or to end them"));
    }

    @Test
    void whatIsAliveIsNotImportedAndTheWayBackHasTheSameProcess() throws Exception {
        ok("run", "-w", "second", "--name", "api", "--restart", "always", "--", "sleep", "600");
        long pid = ok("show", "api").path("command").path("pid").asLong();
        assertEquals("ok", unwatched().path("verdict").asText());
        stop();
        ok("snapshot", "rollback", "1");

        JsonNode finding = unwatched();
        assertEquals("warning", finding.path("verdict").asText());
        assertTrue(finding.path("found").asText().contains("workspace " + second), finding::toString);
        assertTrue(finding.path("found").asText().endsWith(": " + pid + " sleep"), finding::toString);
        for (String how : List.of("--dry-run", "--start")) {
            JsonNode report = cli(1, "snapshot", "import", how, aside().toString());
            JsonNode entry = only(report.path("entries"), "label", "second");
            assertEquals("refused", entry.path("outcome").asText());
            assertTrue(entry.path("notes").path(0).asText().contains(pid + " sleep"), entry::toString);
            assertEquals(
                    back(finding.path("advice").asText()),
                    back(entry.path("notes").path(0).asText()));
            assertEquals(2, report.path("entries").size(), report::toString);
        }
        stop();
        assertTrue(Processes.alive(pid));
        assertEquals("warning", unwatched().path("verdict").asText());
        ok("daemon", "start");

        type(back(finding.path("advice").asText()));
        assertEquals(pid, ok("show", "api").path("command").path("pid").asLong());
        assertEquals("ok", unwatched().path("verdict").asText());
    }

    @Test
    void whatHasBeenEndedAsIsSaidCanBeImported() throws Exception {
        ok("run", "-w", "second", "--name", "api", "--restart", "always", "--", "sh", "-c", "sleep 600; true");
        stop();
        ok("snapshot", "rollback", "1");
        String advice = unwatched().path("advice").asText();
        type(advice.substring(advice.indexOf("kill --")));
        assertEquals("ok", unwatched().path("verdict").asText());
        ok("snapshot", "import", "--start", aside().toString());
        assertEquals("running", ok("show", "api").path("command").path("state").asText());
    }

    @Test
    void aPipelineIsNotStartedBesideItsStagesAndComesBackWithThem() throws Exception {
        Path spec = Files.writeString(
                daemon.directory().resolve("p.json"),
                Specs.supervised(Specs.chain("p", second, "exec sleep 600", "exec sleep 600"))
                        .encode()
                        .toString());
        JsonNode stages = ok("pipeline", "run", spec.toString()).path("stages");
        stop();
        ok("snapshot", "rollback", "1");
        JsonNode report = cli(1, "snapshot", "import", "--start", aside().toString());
        JsonNode refused = only(report.path("entries"), "label", "second");
        assertEquals(
                "refused",
                only(report.path("entries"), "label", "p").path("outcome").asText());
        assertEquals(2, sleeping());
        type(back(refused.path("notes").path(0).asText()));
        JsonNode restored =
                only(ok("pipeline", "list").path("pipelines"), "label", "p").path("stages");
        for (int stage = 0; stage < 2; stage++) {
            assertEquals(stages.path(stage).path("pid"), restored.path(stage).path("pid"), restored::toString);
        }
        assertEquals(2, sleeping());
    }

    @Test
    void aPipelineSinceThenOfAWorkspaceOfThenGoesOn() throws Exception {
        String first = only(ok("ws", "list").path("workspaces"), "label", "first")
                .path("id")
                .asText();
        Path spec = Files.writeString(
                daemon.directory().resolve("p.json"),
                Specs.supervised(Specs.chain("p", first, "exec sleep 600", "exec sleep 600"))
                        .encode()
                        .toString());
        JsonNode stages = ok("pipeline", "run", spec.toString()).path("stages");
        stop();
        ok("snapshot", "rollback", "1");
        for (int i = 0; i < 2; i++) {
            JsonNode found = only(ok("pipeline", "list").path("pipelines"), "label", "p");
            assertEquals("running", found.path("state").asText());
            assertEquals(
                    stages.path(0).path("pid"), found.path("stages").path(0).path("pid"), found::toString);
            stop();
        }
        assertEquals(2, sleeping());
    }

    private long sleeping() {
        return daemon.processes().stream()
                .filter(pid ->
                        Processes.read(Path.of("/proc/" + pid + "/cmdline")).startsWith("sleep"))
                .count();
    }
}
