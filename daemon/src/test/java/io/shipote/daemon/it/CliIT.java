package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.daemon.control.WireClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line against a real daemon: what it prints and the status it ends with. */
@Timeout(90)
class CliIT {
    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        daemon.room().workspace("alpha");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static void golden(String name, String... words) throws Exception {
        Golden.check(name, daemon.directory(), daemon.cli(words));
    }

    private static void status(int expected, String... words) throws Exception {
        CliResult result = daemon.cli(words);
        assertEquals(expected, result.status(), () -> String.join(" ", words) + "\n" + result);
        if (expected != 0 && !result.err().isEmpty()) {
            assertTrue(result.err().startsWith("shipote: "), result::err);
        }
    }

    @Test
    void listingsAreAsInTheGoldenFiles() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            Golden.check("ws-list-empty", own.directory(), own.cli("ws", "list"));
            Golden.check("ps-empty", own.directory(), own.cli("ps"));
            Golden.check("prune-nothing", own.directory(), own.cli("prune"));
            Golden.check("ws-create", own.directory(), own.cli("ws", "create", "--label", "one"));
            own.room().run("one", Specs.command("sleep", "600"));
            Golden.check("ws-list", own.directory(), own.cli("ws", "list"));
            Golden.check("ps", own.directory(), own.cli("ps"));
            Golden.check("pipeline-list-empty", own.directory(), own.cli("pipeline", "list"));
        }
    }

    @Test
    void discernTellsWhatAFileIs() throws Exception {
        Path table = daemon.directory().resolve("cities.csv");
        Files.writeString(table, "id,city\n1,Köln\n2,\"Paris, FR\"\n3,北京\n");
        golden("discern", "discern", table.toString());
        golden("discern-json", "--json", "discern", table.toString());
        golden("discern-missing", "discern", "/nonexistent/file");
    }

    @Test
    void failuresAreAsInTheGoldenFiles() throws Exception {
        golden("run-missing", "run", "-w", "alpha", "--", "/nonexistent/program");
        golden("run-nowhere", "run", "-w", "nowhere", "--", "true");
        golden("ws-show-nowhere", "ws", "show", "nowhere");
        golden("prune-nowhere", "prune", "-w", "nowhere");
        golden("ws-create-twice", "ws", "create", "--label", "alpha");
        golden("ws-create-blank", "ws", "create", "--label", " ");
        golden("ws-create-nothing", "ws", "create");
        golden("unknown-verb", "wibble");
        golden("unknown-option", "ws", "list", "--wibble");
    }

    @Test
    void statusesTellTheKindOfFailure() throws Exception {
        status(0, "ws", "list");
        status(1, "run", "-w", "alpha", "--", "/nonexistent/program");
        status(1, "ws", "create", "--label", "pinned", "--affinity", "8000", "--strict");
        status(2, "ws");
        status(2, "kill");
        status(4, "ws", "delete", "nowhere");
        status(4, "logs", "nowhere");
        status(5, "ws", "create", "--label", "alpha");
        try (DaemonHarness none = DaemonHarness.prepared()) {
            CliResult noDaemon = none.cli("--no-start", "ws", "list");
            assertEquals(3, noDaemon.status(), noDaemon::toString);
            Golden.check("no-daemon", none.directory(), noDaemon);
        }
    }

    @Test
    void aDaemonThatIsFullIsBusy() throws Exception {
        try (DaemonHarness full = DaemonHarness.prepared()) {
            Files.writeString(full.config(), "max_connections = 2\n");
            full.start();
            try (WireClient first = full.wire()) {
                assertTrue(first.ask("{'method':'io.shipote.Health'}").contains("\"pid\""));
                // The harness's own client holds the other one.
                CliResult busy = full.cli("ws", "list");
                assertEquals(6, busy.status(), busy::toString);
                CliResult doctor = full.cli("doctor");
                assertTrue(
                        doctor.out().contains("it refuses to answer: all 2 connections are taken"), doctor::toString);
                assertEquals(1, doctor.status(), doctor::toString);
            }
        }
    }

    @Test
    void aCommandsStatusIsPassedThroughAndOursIs125To127() throws Exception {
        Path plain = Files.writeString(daemon.directory().resolve("plain"), "no program");
        status(0, "run", "-w", "alpha", "--wait", "--", "true");
        status(7, "run", "-w", "alpha", "--wait", "--", "sh", "-c", "exit 7");
        status(137, "run", "-w", "alpha", "--wait", "--", "sh", "-c", "kill -9 $$");
        status(125, "run", "-w", "nowhere", "--wait", "--", "true");
        status(126, "run", "-w", "alpha", "--wait", "--", plain.toString());
        status(127, "run", "-w", "alpha", "--wait", "--", "no-such-program-anywhere");
        status(3, "pipeline", "run", "-w", "alpha", "--wait", "--stage", "echo x", "--stage", "sh -c 'cat; exit 3'");
    }

    @Test
    void whoWaitsForAPipelineThatFailsIsToldWhichStageItWas() throws Exception {
        for (String how : List.of("--wait", "--follow")) {
            CliResult failed = daemon.cli(
                    "pipeline", "run", "-w", "alpha", how, "--stage", "true", "--stage", "sh -c 'cat; exit 3'");
            assertEquals(3, failed.status(), failed::toString);
            assertTrue(
                    failed.err()
                            .lines()
                            .anyMatch(l -> l.matches("shipote: pipeline \\w{26} failed: stage 'sh': exit 3")),
                    failed::toString);
        }
        CliResult well = daemon.cli("pipeline", "run", "-w", "alpha", "--wait", "--stage", "true", "--stage", "cat");
        assertEquals(0, well.status(), well::toString);
        assertEquals("", well.err());
    }

    @Test
    void followPassesOutputAndStatusAndKeepsStandardOutputToTheCommand() throws Exception {
        CliResult follow =
                daemon.cli("run", "-w", "alpha", "--follow", "--", "sh", "-c", "echo out; echo err >&2; exit 4");
        assertEquals(4, follow.status(), follow::toString);
        assertEquals("out\n", follow.out());
        assertTrue(follow.err().contains("err\n"), follow::err);
        CliResult env = daemon.cli("run", "-w", "alpha", "-f", "--env", "A=b c", "--", "sh", "-c", "pwd; echo \"$A\"");
        assertEquals(daemon.directory() + "\nb c\n", env.out());
    }

    @Test
    void everyListingIsJsonWithIdAndState() throws Exception {
        String id = daemon.cli("--json", "run", "-w", "alpha", "--name", "listed", "--", "sleep", "600")
                .out();
        assertTrue(CardJson.parse(id.getBytes(StandardCharsets.UTF_8)).hasNonNull("id"), id);
        daemon.cli("pipeline", "run", "-w", "alpha", "--stage", "sleep 600", "--stage", "cat");
        String[][] lists = {{"ws", "list", "workspaces"}, {"ps", "", "commands"}, {"pipeline", "list", "pipelines"}};
        for (String[] list : lists) {
            CliResult result =
                    list[1].isEmpty() ? daemon.cli("--json", list[0]) : daemon.cli("--json", list[0], list[1]);
            assertEquals(0, result.status(), result::toString);
            JsonNode items = CardJson.parse(result.out().getBytes(StandardCharsets.UTF_8))
                    .path(list[2]);
            assertTrue(items.size() > 0, result::out);
            items.forEach(item -> assertTrue(item.hasNonNull("id") && item.hasNonNull("state"), item::toString));
        }
    }

    @Test
    void aDaemonThatCannotStartSaysWhyThroughTheCommandLine() throws Exception {
        try (DaemonHarness bad = DaemonHarness.prepared()) {
            Path state =
                    Files.createDirectories(bad.directory().resolve("shipote")).resolve("state.json");
            Files.writeString(state, "{ not json");
            CliResult result = bad.cli("ws", "list");
            assertEquals(3, result.status(), result::toString);
            assertTrue(result.err().contains(state + ":1:3"), result::err);
        }
    }
}
