package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A marker as the value of an environment variable: it stands where the card is kept, for its owner alone, and nowhere else,
 * and comes out where it is asked for and nowhere else; named by reference it is kept nowhere.
 */
@Timeout(300)
class SecretsIT {
    private static final String MARKER = "hunter2-marker-by-value";
    private static final String OTHER = "hunter2-marker-by-reference";

    /** Relative to the state directory. */
    private static final String KEPT =
            "state\\.json(\\.[1-5]|\\.last)?|state\\.journal(\\.last)?|runs/[^/]+/[^/]+/run\\.json";

    private static CliResult silent(DaemonHarness daemon, String... words) throws IOException {
        CliResult result = daemon.cli(words);
        assertSilent(String.join(" ", words), result.toString());
        return result;
    }

    private static void assertSilent(String where, String text) {
        assertFalse(text.contains(MARKER) || text.contains(OTHER), () -> where + " tells the secret:\n" + text);
    }

    private static String shown(DaemonHarness daemon, String... words) throws IOException {
        CliResult result = daemon.cli(words);
        assertTrue(result.out().contains(MARKER), () -> String.join(" ", words) + " does not tell it: " + result);
        return result.out();
    }

    private static Path pipeline(DaemonHarness daemon, String name, String envp, String own) throws IOException {
        return Files.writeString(
                daemon.directory().resolve(name + ".json"),
                ("{'label':'" + name + "','restart_on_failure':true,'nodes':[{'label':'n','payload':{'Native':{"
                                + "'exec':'sleep','argv':['600'],'envp':" + envp + "}},'shipote':" + own
                                + "}],'edges':[]}")
                        .replace('\'', '"'));
    }

    private static TreeSet<String> filesWith(Path directory, String text) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(directory.relativize(file).toString());
                }
            }
        }
        return found;
    }

    /** What it says up to a line with this in it; then it is ended. */
    private static String until(Process process, String word) throws IOException {
        StringBuilder all = new StringBuilder();
        String line = "";
        while (line != null && !line.contains(word)) {
            line = process.inputReader().readLine();
            all.append(line).append('\n');
        }
        process.destroy();
        Processes.ended(process);
        return all.toString();
    }

    @Test
    void byValueItIsInTheStateOfItsOwnerAndInNoOutputUnlessAskedFor() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            daemon.room().workspace("w");
            Process events = daemon.cliProcess("--json", "events");
            silent(daemon, "run", "-w", "w", "--name", "api", "--env", "TOKEN=" + MARKER, "--", "sleep", "600");
            daemon.client().saveSnapshot();
            Path before = Files.copy(
                    daemon.state().resolve("state.json"), daemon.directory().resolve("before.json"));
            silent(daemon, "run", "-w", "w", "--name", "two", "--env", "TOKEN=" + MARKER, "--", "sleep", "600");
            Path spec = pipeline(daemon, "line", "[['TOKEN','" + MARKER + "']]", "{}");
            silent(daemon, "pipeline", "run", "-w", "w", spec.toString());
            silent(daemon, "pipeline", "save", "line", spec.toString(), "-w", "w");
            assertEquals(
                    1,
                    silent(daemon, "run", "-w", "w", "--env", "T=" + MARKER, "--", "/none")
                            .status());
            Path bad = pipeline(daemon, "bad", "['TOKEN=" + MARKER + "',['A=" + MARKER + "','x']]", "{}");
            assertNotEquals(
                    0,
                    silent(daemon, "pipeline", "run", "-w", "w", bad.toString()).status());
            daemon.client().saveSnapshot();

            String state = daemon.state().resolve("state.json").toString();
            Path copy = daemon.directory().resolve("copy.json");
            for (List<String> verb : List.of(
                    List.of("show", "api"),
                    List.of("pipeline", "show", "line"),
                    List.of("pipeline", "saved", "line"),
                    List.of("snapshot", "show", state),
                    List.of("snapshot", "verify", state),
                    List.of("snapshot", "diff", before.toString(), state),
                    List.of("why", "api"),
                    List.of("ps", "-a"),
                    List.of("ws", "show", "w"),
                    List.of("pipeline", "run-saved", "line", "--dry-run"),
                    List.of("top", "--once"),
                    List.of("audit"))) {
                silent(daemon, verb.toArray(String[]::new));
                silent(daemon, Stream.concat(Stream.of("--json"), verb.stream()).toArray(String[]::new));
            }
            CliResult exported = silent(daemon, "snapshot", "export", copy.toString());
            assertTrue(exported.err().contains("--show-env"), exported::toString);
            assertSilent("the export", Files.readString(copy));
            silent(daemon, "snapshot", "export", "--upstream", "-");
            CliResult imported = silent(daemon, "snapshot", "import", copy.toString());
            assertNotEquals(0, imported.status());

            shown(daemon, "--json", "show", "--show-env", "api");
            shown(daemon, "--json", "pipeline", "show", "--show-env", "line");
            shown(daemon, "pipeline", "saved", "--show-env", "line");
            shown(daemon, "pipeline", "run-saved", "line", "--dry-run", "--show-env");
            shown(daemon, "--json", "snapshot", "show", "--show-env", state);
            shown(daemon, "snapshot", "export", "--show-env", "-");
            silent(daemon, "stop", "two");
            assertSilent("events", until(events, "\"stopped\""));

            assertSilent("the daemon's log", Files.readString(daemon.log()));
            TreeSet<String> files = filesWith(daemon.state(), MARKER);
            assertTrue(files.contains("state.json"), files::toString);
            for (String file : files) {
                assertTrue(file.matches(KEPT), () -> file + " has the secret");
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(daemon.state().resolve(file))),
                        file);
            }
        }
    }

    @Test
    void byReferenceItIsReadAtEachLaunchAndKeptNowhere() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            daemon.room().workspace("w");
            Path file = Files.writeString(daemon.directory().resolve("env"), "# ours\nTOKEN=" + OTHER + "\nA=file\n");
            CliResult run = silent(
                    daemon,
                    "run",
                    "-w",
                    "w",
                    "--name",
                    "api",
                    "--env-file",
                    "env",
                    "--env",
                    "A=card",
                    "--follow",
                    "--",
                    "/bin/sh",
                    "-c",
                    "echo ${#TOKEN} $A");
            assertEquals(OTHER.length() + " card\n", run.out(), run::toString);
            Path spec = pipeline(daemon, "line", "[]", "{'env_file':'" + file + "'}");
            silent(daemon, "pipeline", "run", "-w", "w", spec.toString());
            assertTrue(silent(daemon, "--json", "show", "api").out().contains("\"env_file\""));

            daemon.kill9();
            daemon.start();
            Files.writeString(file, "TOKEN=" + OTHER + "-changed\n");
            silent(daemon, "start", "api");
            daemon.room().await("api");
            assertTrue(silent(daemon, "logs", "api").out().contains(OTHER.length() + 8 + " card"));

            Files.writeString(file, "TOKEN " + OTHER + "\n");
            CliResult refused = silent(daemon, "start", "api");
            assertEquals(1, refused.status(), refused::toString);
            assertTrue(refused.err().contains("line 1 of its env_file " + file), refused::err);
            Files.delete(file);
            assertTrue(silent(daemon, "start", "api").err().contains("does not exist"));
            silent(daemon, "why", "api");
            silent(daemon, "--json", "snapshot", "export", "--show-env", "-");
            assertEquals(new TreeSet<>(), filesWith(daemon.state(), OTHER));
            assertSilent("the daemon's log", Files.readString(daemon.log()));
        }
    }
}
