package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verb's words, without a daemon. */
class VerbsTest {
    private final Cli cli = Cli.at(Path.of("/nonexistent/shipote.sock"));

    static String[] names() {
        return Verbs.names();
    }

    private static String[] words(String name, String... more) {
        List<String> words = new ArrayList<>(Arrays.asList(name.split(" ")));
        words.addAll(Arrays.asList(more));
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyVerbExplainsItself(String name) {
        assertNotNull(Verbs.find(name));
        assertEquals(0, cli.run(words(name, "--help")));
        assertTrue(cli.out().startsWith("Usage: shipote " + name + " [options]"), cli.out());
        assertTrue(cli.out().contains("--socket PATH"));
        for (String line : cli.out().split("\n")) {
            assertTrue(line.length() <= 120, line);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyVerbRefusesAnUnknownOption(String name) {
        assertEquals(2, cli.run(words(name, "--bogus")));
        assertEquals(
                "shipote: " + name + ": Unrecognized option: --bogus (see: shipote " + name + " --help)\n", cli.err());
        assertEquals("", cli.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "ws",
                "ws bogus",
                "ws list extra",
                "ws show",
                "ws show a b",
                "ws create",
                "ws set a",
                "ws stop",
                "ws set a --ttl soon",
                "ws create --label a --memory lots",
                "ws create --label a --affinity x",
                "ws create a.yaml",
                "run",
                "run --",
                "run --env x -- true",
                "run --restart sometimes -- true",
                "run --backoff 1s -- true",
                "run --on-unknown x --restart always -- true",
                "wait",
                "logs",
                "logs a --stream x",
                "logs a --tail x",
                "kill",
                "pipeline run",
                "pipeline run a.json --stage b",
                "pipeline run --stage",
                "pipeline save a",
                "pipeline graph",
                "pipeline run --var x --stage true",
                "completion",
                "completion tcsh",
                "--socket",
                "--bogus",
                "ws list --socket",
                "why",
                "start",
                "stop",
                "restart",
                "show",
                "rm",
                "flush",
                "pipeline tap a",
                "pipeline tap a b c",
                "pipeline tap a b --lines many",
                "pipeline top",
                "top extra",
                "top --limit many",
                "flow",
                "flow list extra",
                "flow tail a",
                "flow tail a b --replay",
                "flow throughput",
                "run -i --restart always -- cat",
                "run -i --stdin x -- cat",
                "pipeline run --stage ''"
            })
    void refusesWhatMakesNoSense(String line) {
        assertEquals(
                2,
                cli.run(line.isEmpty() ? new String[0] : line.replace("''", "").split(" ")),
                cli.err());
        assertTrue(cli.err().startsWith("shipote: "), cli.err());
        assertTrue(cli.err().contains("--help"), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
    }

    @Test
    void helpListsEveryVerb() {
        assertEquals(0, cli.run("--help"));
        for (String name : Verbs.names()) {
            assertTrue(cli.out().contains("  " + name + " "), name);
        }
        assertEquals(0, cli.run("pipeline", "--help"));
        assertTrue(cli.out().contains("pipeline run-saved"));
        assertFalse(cli.out().contains("ws list"));
    }

    @Test
    void helpIsAVerbToo() {
        for (String[] words : new String[][] {
            {"help"},
            {"help", "snapshot"},
            {"help", "pipeline", "run"},
            {"help", "logs", "x"},
            {"help", "workspace", "list"}
        }) {
            String[] flagged = Arrays.copyOfRange(words, 1, words.length + 1);
            flagged[flagged.length - 1] = "--help";
            if (words[words.length - 1].equals("x")) {
                flagged = new String[] {"logs", "--help"};
            }
            assertEquals(0, cli.run(flagged), cli.err());
            String asked = cli.out();
            assertEquals(0, cli.run(words), cli.err());
            assertEquals(asked, cli.out());
        }
        assertEquals(2, cli.run("help", "nothing"));
        assertEquals(2, cli.run("help", "snapshot", "nothing"));
    }

    @Test
    void versionIsOneLine() {
        assertEquals(0, cli.run("--version"));
        assertTrue(cli.out().startsWith("shipote "));
        assertEquals(1, cli.out().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void completionKnowsEveryVerb(String shell) {
        assertEquals(0, cli.run("completion", shell));
        for (String name : Verbs.names()) {
            assertTrue(cli.out().contains(name.substring(name.indexOf(' ') + 1)), name);
        }
        String script = cli.out();
        assertEquals(0, cli.run("--json", "completion", shell));
        JsonNode document = CardJson.parse(cli.out().getBytes(StandardCharsets.UTF_8));
        assertEquals(shell, document.path("shell").asText());
        assertEquals(script, document.path("script").asText());
    }

    @Test
    void noDaemonIsStatus3() {
        for (String name : List.of("ws list", "health", "events", "daemon status", "daemon stop", "snapshot save")) {
            assertEquals(3, cli.run(words(name, "--no-start")), name);
            assertTrue(cli.err().contains("/nonexistent/shipote.sock"), cli.err());
        }
        assertEquals(125, cli.run("--no-start", "wait", "x"));
        assertEquals(125, cli.run("--no-start", "run", "--wait", "true"));
        assertEquals(3, cli.run("--no-start", "run", "true"));
    }

    @Test
    void workspaceIsAnotherWordForWs() {
        assertEquals(3, cli.run("--no-start", "workspace", "list"));
        assertNull(Verbs.find("workspace list"));
    }
}
