package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Saved pipelines, as somebody uses them who names no workspace. */
@Timeout(120)
class SavedPipelineIT {
    private static final String CARD = """
            {"label": "greet ${WHO}", "nodes": [{"label": "say", "payload": {"Native":
              {"exec": "sh", "argv": ["-c", "pwd; echo ${WORD} ${WHO}"], "envp": []}},
              "shipote": {"cwd": "${WHERE}"}}],
             "shipote": {"vars": {"WHO": {"required": true, "description": "who is greeted"},
                                  "WORD": {"default": "hello"}, "WHERE": {"default": "/"}}}}
            """;

    private static DaemonHarness daemon;
    private static Path card;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        card = Files.writeString(daemon.directory().resolve("greet.json"), CARD);
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static CliResult pipeline(int status, String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "pipeline";
        System.arraycopy(words, 0, all, 1, words.length);
        CliResult result = daemon.cli(all);
        assertEquals(status, result.status(), result::toString);
        return result;
    }

    @Test
    void itRunsWithoutAWorkspaceInTheDefaultOneAndItsVersionsAreKept() throws Exception {
        pipeline(0, "save", "greet", card.toString());
        CliResult missing = pipeline(1, "run-saved", "greet");
        assertTrue(missing.err().contains("vars.WHO: needs a value: who is greeted"), missing::err);
        CliResult unknown = pipeline(1, "run-saved", "greet", "--var", "WHO=you", "--var", "WHOM=me");
        assertTrue(unknown.err().contains("vars.WHOM: is not declared"), unknown::err);
        CliResult ran = pipeline(0, "run-saved", "greet", "--var", "WHO=you", "--var", "WHERE=/proc", "--follow");
        assertEquals("/proc\nhello you\n", ran.out());
        assertTrue(daemon.cli("ws", "list").out().contains("default"));
        CliResult dry = pipeline(0, "run-saved", "greet", "--var", "WHO=you", "--dry-run");
        assertTrue(dry.out().contains("\"greet you\"") && dry.out().contains("\"cwd\": \"/\""), dry::out);
        assertFalse(dry.out().contains("workspace") || dry.out().contains("vars"), dry::out);
        Files.writeString(card, CARD.replace("hello", "good day"));
        assertEquals(5, daemon.cli("pipeline", "save", "greet", card.toString()).status());
        pipeline(0, "save", "greet", card.toString(), "--replace");
        assertEquals(
                "/\ngood day you\n",
                pipeline(0, "run-saved", "greet", "--var", "WHO=you", "--follow")
                        .out());
        assertEquals(
                "/\nhello you\n",
                pipeline(0, "run-saved", "greet", "--version", "1", "--var", "WHO=you", "--follow")
                        .out());
        CliResult shown = pipeline(0, "saved", "greet");
        assertTrue(shown.out().contains("good day") && !shown.out().contains("workspace"), shown::out);
        assertEquals(
                3, pipeline(0, "saved", "greet", "--versions").out().lines().count());
        pipeline(0, "drop", "greet");
        pipeline(4, "run-saved", "greet");
    }

    @Test
    void whatIsWrongIsNotSaved() throws Exception {
        Path bad = daemon.directory().resolve("bad.json");
        Files.writeString(bad, CARD.replace("\"nodes\"", "\"edges\": [{\"from\": 0, \"to\": 0}], \"nodes\""));
        CliResult refused = daemon.cli("pipeline", "save", "bad", bad.toString());
        assertEquals(1, refused.status(), refused::toString);
        assertTrue(refused.err().contains("edges[0].from_output: is missing"), refused::err);
        CliResult check = daemon.cli("pipeline", "check", bad.toString());
        assertEquals(1, check.status());
        assertEquals(refused.err(), check.err());
        pipeline(4, "saved", "bad");
    }

    /** Of two with one label it is the one that lives. */
    @Test
    void aLabelMeansTheOneThatLives() throws Exception {
        String[] run = {"run", "--stage", "sleep 600"};
        pipeline(0, run);
        pipeline(0, "stop", "sleep");
        String live =
                daemon.cli("--json", "pipeline", "run", "--stage", "sleep 600").out();
        String shown = daemon.cli("--json", "pipeline", "show", "sleep").out();
        assertTrue(live.contains(id(shown)), shown);
        assertEquals(0, daemon.cli("why", "sleep").status());
        pipeline(0, "stop", "sleep");
        CliResult both = pipeline(5, "show", "sleep");
        assertTrue(both.err().contains("fits 2 pipelines"), both::err);
    }

    private static String id(String json) {
        int at = json.indexOf("\"id\": \"") + 7;
        return json.substring(at, at + 26);
    }
}
