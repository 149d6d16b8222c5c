package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the snapshot's verbs do where no daemon runs. */
class SnapshotVerbsTest {
    private static final String ID = "01HZZZZZZZZZZZZZZZZZZZZZZ1";

    @TempDir
    Path directory;

    private Path state;
    private Cli cli;

    @BeforeEach
    void makeState() throws IOException {
        state = Files.createDirectories(directory.resolve("shipote"));
        cli = new Cli(Map.of(
                "XDG_STATE_HOME",
                directory.toString(),
                "XDG_RUNTIME_DIR",
                directory.toString(),
                "HOME",
                "/nonexistent"));
    }

    private static String snapshot(String label, String more) {
        return ("{'version':4,'timestamp_ms':7,'workspaces':[{'id':'" + ID + "','spec':{'label':'" + label + "'}" + more
                        + "}],'saved_pipelines':[],'live_pipelines':[]}")
                .replace('\'', '"');
    }

    private JsonNode json() {
        return CardJson.parse(cli.out().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRollbackSaysWhereTheJournalIsThatBelongsToWhatItKept() {
        assertEquals(
                "state.journal.before-rollback-3",
                StateFiles.journalBeside(state.resolve("state.json.before-rollback-3")));
        for (String number : new String[] {"0", "9", "x"}) {
            assertEquals(2, cli.run("snapshot", "rollback", number));
        }
    }

    @Test
    void verifyTellsAProgramHowManyThereAre() throws IOException {
        Files.writeString(state.resolve("state.json"), snapshot("new", ""));
        assertEquals(0, cli.run("--json", "snapshot", "verify"), cli.err());
        assertEquals(1, json().path("workspaces").asInt());
        assertEquals(0, json().path("saved_pipelines").asInt());
        assertEquals(0, json().path("live_pipelines").asInt());
    }

    @Test
    void whatCannotBeReadIsNamedOnce() {
        assertEquals(1, cli.run("pipeline", "check", "/nonexistent/a.json"));
        assertEquals("shipote: cannot read the spec /nonexistent/a.json: no such file or directory\n", cli.err());
        assertEquals(1, cli.run("discern", "/nonexistent/a"));
        assertEquals("shipote: cannot read /nonexistent/a: no such file or directory\n", cli.err());
    }

    @Test
    void anExportThatCannotBeWrittenNamesTheFileThatWasAskedFor() throws IOException {
        Files.writeString(state.resolve("state.json"), snapshot("new", ""));
        assertEquals(1, cli.run("snapshot", "export", "/nonexistent/x.json"));
        assertEquals("shipote: cannot write /nonexistent/x.json: no such file or directory\n", cli.err());
    }

    @Test
    void diffComparesTheNewestGenerationWithTheState() throws IOException {
        Files.writeString(state.resolve("state.json"), snapshot("new", ""));
        assertEquals(4, cli.run("snapshot", "diff"));
        assertTrue(cli.err().contains("there is none yet"), cli.err());
        Files.writeString(state.resolve("state.json.2"), snapshot("old", ""));
        assertEquals(0, cli.run("snapshot", "diff"), cli.err());
        assertEquals(
                "~ workspaces  " + ID + "  new\n"
                        + "    /spec/label: \"old\" → \"new\"\n"
                        + state + "/state.json.2 → " + state + "/state.json: 0 added, 0 removed, 1 changed\n",
                cli.out());
        assertEquals(1, cli.run("snapshot", "diff", "--exit-code"));
        assertEquals(
                0,
                cli.run(
                        "snapshot",
                        "diff",
                        "--exit-code",
                        "2",
                        state.resolve("state.json.2").toString()));
        assertEquals(0, cli.run("--json", "snapshot", "diff", "2"));
        assertEquals("changed", json().at("/changes/0/change").asText());
        assertEquals("/spec/label", json().at("/changes/0/differences/0/path").asText());
        assertEquals("old", json().at("/changes/0/differences/0/before").asText());
    }

    @Test
    void diffRefusesWhatIsNoGenerationOrNoFile() throws IOException {
        assertEquals(2, cli.run("snapshot", "diff", "6"));
        assertEquals(2, cli.run("snapshot", "diff", "a", "b", "c"));
        assertEquals(4, cli.run("snapshot", "diff", "3"));
        assertTrue(cli.err().contains("state.json.3"), cli.err());
        Files.writeString(state.resolve("state.json.1"), "{ torn");
        assertEquals(1, cli.run("snapshot", "diff", "1"));
        assertTrue(cli.err().contains("state.json.1:1:"), cli.err());
    }

    @Test
    void whatIsMissingIsToldWithWhatThereIs() throws IOException {
        for (String verb : List.of("show", "verify", "export")) {
            assertEquals(4, cli.run("snapshot", verb));
            assertEquals(
                    "shipote: there is no snapshot yet: " + state
                            + "/state.json (a daemon writes it soon after a change,"
                            + " or at once: shipote snapshot save)\n",
                    cli.err());
        }
        Files.writeString(state.resolve("state.json.2"), snapshot("old", ""));
        Files.writeString(state.resolve("state.json.4"), snapshot("older", ""));
        for (String verb : List.of("show", "verify", "rollback")) {
            assertEquals(4, cli.run("snapshot", verb, "3"));
            assertEquals("shipote: there is no generation 3: " + state + "/state.json.3 (there is 2, 4)\n", cli.err());
        }
        assertEquals(4, cli.run("snapshot", "show", "none.json"));
        assertTrue(cli.err().contains("the number of a generation"), cli.err());
    }

    @Test
    void showAndVerifyTakeGenerationsAndSayWhatIsNotInTheState() throws IOException {
        Files.writeString(state.resolve("state.json"), snapshot("new", ""));
        Files.writeString(state.resolve("state.json.2"), snapshot("old", ""));
        Files.write(state.resolve("state.journal"), new byte[25]);
        assertEquals(0, cli.run("snapshot", "show"), cli.err());
        assertTrue(cli.err().contains("lacks the newest changes"), cli.err());
        assertTrue(cli.out().contains(state + "/state.json.2"), cli.out());
        assertEquals(0, cli.run("snapshot", "show", "2"), cli.err());
        assertTrue(cli.out().contains("old") && !cli.out().contains("GENERATION"), cli.out());
        assertEquals("", cli.err());
        assertEquals(0, cli.run("snapshot", "verify", "2"), cli.err());
    }

    @Test
    void exportWritesVersionFourAtomicallyAndReplacesNothingUnasked() throws IOException {
        Files.writeString(
                state.resolve("state.json"), snapshot("w", ",'shipote':{'created_ms':1,'commands':[{'id':'x'}]}"));
        Path copy = directory.resolve("copy.json");
        assertEquals(0, cli.run("snapshot", "export", copy.toString()), cli.err());
        assertEquals("exported " + copy + ": 1 workspaces, 0 saved and 0 live pipelines\n", cli.out());
        assertTrue(Files.readString(copy).contains("\"created_ms\": 1"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        String first = Files.readString(copy);
        assertEquals(1, cli.run("snapshot", "export", "--upstream", copy.toString()));
        assertTrue(cli.err().contains("is there already (replace it with --force)"), cli.err());
        assertEquals(first, Files.readString(copy));
        assertEquals(0, cli.run("snapshot", "export", "--upstream", "--force", copy.toString()), cli.err());
        assertEquals("shipote: left out: 1 declared commands of workspace 'w'\n", cli.err());
        assertTrue(!Files.readString(copy).contains("shipote"), Files.readString(copy));
        assertEquals(0, cli.run("snapshot", "export", "--upstream"));
        assertEquals(Files.readString(copy), cli.out());
        try (var names = Files.list(directory)) {
            assertEquals(
                    List.of("copy.json", "shipote"),
                    names.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void exportWithoutADaemonRefusesAFileThatLacksChanges() throws IOException {
        Files.writeString(state.resolve("state.json"), snapshot("w", ""));
        Files.write(state.resolve("state.journal"), new byte[24]);
        assertEquals(0, cli.run("snapshot", "export"), cli.err());
        Files.write(state.resolve("state.journal"), new byte[25]);
        assertEquals(1, cli.run("snapshot", "export"));
        assertTrue(cli.err().contains("lacks the newest changes"), cli.err());
        assertEquals("", cli.out());
    }
}
