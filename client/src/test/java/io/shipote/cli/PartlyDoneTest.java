package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.StubDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that make several calls, of which some fail: what is done is done and shown, the rest is told. */
class PartlyDoneTest {
    private static final String LISTED =
            "{\"workspaces\":[{\"id\":\"A\"},{\"id\":\"gone\"},{\"id\":\"full\"},{\"id\":\"B\"}],\"next\":null}";

    @TempDir
    Path directory;

    private StubDaemon stub;
    private Cli cli;
    private int imports;

    @BeforeEach
    void start() {
        stub = new StubDaemon(directory, this::answer);
        cli = Cli.at(stub.socket());
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    private String answer(ObjectNode call) {
        String target = call.at("/parameters/target").asText();
        if (call.path("method").asText().equals("io.shipote.ListWorkspaces")) {
            return StubDaemon.reply(LISTED);
        }
        if (call.path("method").asText().equals("io.shipote.ImportSnapshot")) {
            imports++;
            return imports == 2
                    ? StubDaemon.error("io.shipote.NotStored", "{\"message\":\"the disk is full\"}")
                    : StubDaemon.reply("{\"entries\":[{\"kind\":\"workspace\",\"label\":\"first\",\"id\":\"A\","
                            + "\"outcome\":\"imported\",\"notes\":[]}]}");
        }
        switch (target) {
            case "gone":
                return StubDaemon.error("io.shipote.NotFound", "{\"message\":\"nothing is called gone\"}");
            case "full":
                return StubDaemon.error("io.shipote.Busy", "{\"message\":\"it is full\"}");
            default:
                return StubDaemon.reply("{\"id\":\"" + target + "\",\"state\":\"stopped\",\"ended\":1}");
        }
    }

    @Test
    void whatOfAllWorkspacesFailsDoesNotKeepTheOthers() {
        for (String verb : List.of("stop", "delete")) {
            assertEquals(6, cli.run("ws", verb, "--all"));
            assertTrue(cli.out().contains(" A (ended 1)\n"), cli.out());
            assertTrue(cli.out().contains(" B (ended 1)\n"), cli.out());
            assertEquals("shipote: it is full (try again)\n", cli.err());
        }
    }

    @Test
    void ofNamedOnesTheFirstFailureIsTheStatusAndNoneIsPassedOver() {
        assertEquals(4, cli.run("ws", "stop", "gone", "full", "B"));
        assertEquals("stopped B (ended 1)\n", cli.out());
        assertTrue(cli.err().startsWith("shipote: nothing is called gone "), cli.err());
        assertTrue(cli.err().endsWith("shipote: it is full (try again)\n"), cli.err());
    }

    @Test
    void whatWasImportedBeforeAFailureIsShown() throws IOException {
        String one = "{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FA%s\",\"spec\":{\"label\":\"%s\"},\"more\":\""
                + "x".repeat(150_000) + "\"}";
        Path file = Files.writeString(
                directory.resolve("s.json"),
                "{\"version\":4,\"timestamp_ms\":1,\"workspaces\":[" + one.formatted("A", "a") + ","
                        + one.formatted("B", "b") + "],\"saved_pipelines\":[],\"live_pipelines\":[]}");
        assertEquals(1, cli.run("snapshot", "import", file.toString()), cli.err());
        assertTrue(cli.out().contains("first") && cli.out().contains("imported 1"), cli.out() + cli.err());
        assertTrue(cli.err().startsWith("shipote: the disk is full"), cli.err());
        imports = 1;
        assertEquals(1, cli.run("snapshot", "import", file.toString()), cli.err());
        assertEquals("", cli.out());
    }

    @Test
    void whatTheLocaleCannotReadIsRefused() {
        assertEquals(2, cli.run("run", "--", "rm", "/srv/\uFFFD\uFFFD"));
        assertTrue(cli.err().contains("is not readable in this locale: set LC_ALL=C.UTF-8"), cli.err());
        assertTrue(stub.calls().isEmpty());
        assertFalse(cli.err().contains("internal"));
    }
}
