package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MainIT {
    @TempDir
    Path directory;

    private Path state;
    private Path socket;
    private Path log;
    private Path config;

    @BeforeEach
    void name() throws IOException {
        state = directory.resolve("state");
        socket = directory.resolve("run/control.sock");
        log = directory.resolve("log");
        config = Files.writeString(directory.resolve("config.toml"), "");
    }

    @Test
    void saysReadyAnswersAndStopsOnASignal() throws Exception {
        for (String signal : new String[] {"TERM", "INT"}) {
            try (DaemonProcess daemon = start()) {
                assertEquals("ready " + socket, daemon.line(), () -> read(log));
                try (WireClient client = new WireClient(socket)) {
                    String health = client.ask("{'method':'io.shipote.Health'}");
                    assertTrue(health.contains("\"pid\":" + daemon.pid() + ","), health);
                    assertTrue(health.contains("\"socket\":\"" + socket + "\""), health);
                }
                daemon.signal(signal);
                assertNull(daemon.line(), "exactly one line");
                assertEquals(0, daemon.exitStatus());
                assertFalse(Files.exists(socket));
            }
        }
    }

    @Test
    void aSecondDaemonNamesTheFirst() throws Exception {
        try (DaemonProcess first = start()) {
            assertEquals("ready " + socket, first.line(), () -> read(log));
            try (DaemonProcess second = start()) {
                String line = second.line();
                assertTrue(
                        line.startsWith("error another daemon runs: pid " + first.pid() + ", socket " + socket), line);
                assertEquals(1, second.exitStatus());
            }
            try (DaemonProcess elsewhere =
                    start("--state-dir", directory.resolve("other").toString())) {
                String line = elsewhere.line();
                assertTrue(line.startsWith("error another daemon runs: pid " + first.pid()), line);
                assertEquals(1, elsewhere.exitStatus());
            }
            try (WireClient client = new WireClient(socket)) {
                assertTrue(client.ask("{'method':'io.shipote.Health'}").contains("\"pid\":" + first.pid()));
            }
        }
    }

    @Test
    void aKilledDaemonsSocketIsTakenOver() throws Exception {
        try (DaemonProcess first = start()) {
            assertEquals("ready " + socket, first.line(), () -> read(log));
            first.signal("KILL");
            first.exitStatus();
        }
        assertTrue(Files.exists(socket));
        try (DaemonProcess second = start()) {
            assertEquals("ready " + socket, second.line(), () -> read(log));
        }
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws Exception {
        Files.writeString(config, "\ncolour = 1\n");
        assertError(config + ":2:1: unknown key colour", start());
        Files.writeString(config, "");
        assertError("the socket's path has", start("--socket", "/tmp/" + "x".repeat(120)));
        assertError("unknown argument --nonsense", start("--nonsense"));
        assertError("--socket needs a path", start("--socket"));
        assertError("cannot read the configuration", start("--config", "/nowhere/config.toml"));
        assertError("may be written by others", start("--socket", "/tmp/shipote-test.sock"));
    }

    @Test
    void whatStandsInThePlaceOfTheSocketIsLeftThereAndTheRefusalWaitsForNothing() throws Exception {
        Files.createDirectories(socket.getParent());
        Files.writeString(socket, "mine");
        assertError("is there and is no socket: move it away", start());
        assertEquals("mine", Files.readString(socket));
        assertFalse(read(log).contains("did not stop within"), () -> read(log));
    }

    @Test
    void aStopThatHangsIsEndedByTheSecondSignalOrTheLimit() throws Exception {
        for (boolean twice : new boolean[] {true, false}) {
            try (DaemonProcess daemon = new DaemonProcess(DeafMain.class, log, Map.of(), arguments())) {
                assertEquals("ready", daemon.line(), () -> read(log));
                daemon.signal("TERM");
                assertEquals("stopping", daemon.line());
                if (twice) {
                    daemon.signal("TERM");
                }
                assertEquals(twice ? null : "gave up", daemon.line());
                assertEquals(0, daemon.exitStatus());
            }
        }
    }

    @Test
    void theEnvironmentNamesTheSocket() throws Exception {
        Path other = directory.resolve("env/x.sock");
        try (DaemonProcess daemon = new DaemonProcess(
                log,
                Map.of("SHIPOTE_SOCKET", other.toString(), "XDG_CONFIG_HOME", directory.toString()),
                "--state-dir",
                state.toString())) {
            assertEquals("ready " + other, daemon.line(), () -> read(log));
        }
    }

    private DaemonProcess start(String... more) throws IOException {
        return new DaemonProcess(log, Map.of(), arguments(more));
    }

    private String[] arguments(String... more) {
        List<String> all = new ArrayList<>(
                List.of("--socket", socket.toString(), "--state-dir", state.toString(), "--config", config.toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static void assertError(String part, DaemonProcess daemon) throws Exception {
        try (daemon) {
            String line = daemon.line();
            assertTrue(line.startsWith("error ") && line.contains(part), line);
            assertNull(daemon.line());
            assertEquals(1, daemon.exitStatus());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
