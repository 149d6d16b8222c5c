package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.core.garbage.RuntimeDens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code doctor} over a real host and real installations, sound and unsound ones. */
@Timeout(120)
class DoctorIT {
    private DaemonHarness daemon;

    @BeforeEach
    void prepare() throws IOException {
        daemon = DaemonHarness.prepared();
    }

    @AfterEach
    void end() throws IOException {
        daemon.close();
    }

    /** Where the command line's variables lead, as an installation has it. */
    private Path installed() {
        return daemon.directory().resolve("shipote");
    }

    private JsonNode report(int status, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("--json", "--no-start", "doctor"));
        words.addAll(List.of(more));
        CliResult result = daemon.cli(words.toArray(String[]::new));
        assertEquals(status, result.status(), () -> result.out() + result.err());
        assertEquals("", result.err());
        return CardJson.parse(result.out().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode finding(JsonNode report, String check, String part) {
        return StreamSupport.stream(report.path("findings").spliterator(), false)
                .filter(one -> one.path("check").asText().equals(check)
                        && one.path("found").asText().contains(part))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + check + " with '" + part + "' in " + report));
    }

    /** As {@code sysctl(8)} reads it: at once. */
    private static String sysctl(String setting) throws IOException {
        byte[] text = new byte[32];
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys").resolve(setting))) {
            return new String(text, 0, file.read(text), StandardCharsets.US_ASCII).trim();
        }
    }

    private static void mode(Path directory, String mode) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    }

    @Test
    void itLooksAtAHostWithoutADaemonAndChangesNothing() throws IOException {
        JsonNode report = report(0);
        finding(report, "java", System.getProperty("java.home"));
        finding(report, "cgroups", "");
        finding(report, "limits", "open files");
        finding(report, "limits", sysctl("kernel/pid_max") + " process numbers");
        finding(report, "limits", sysctl("fs/inotify/max_user_instances") + " inotify instances");
        finding(report, "disk", "are free at");
        finding(report, "daemon", "none runs");
        finding(report, "state directory", "not there yet");
        report.path("findings")
                .forEach(one -> assertEquals(
                        one.path("verdict").asText().equals("ok"),
                        one.path("advice").isNull(),
                        one::toString));
        assertFalse(Files.exists(installed()));
    }

    @Test
    void aDaemonThatRunsIsAsked() throws IOException {
        daemon.start();
        JsonNode report = report(0);
        finding(report, "daemon", "pid " + daemon.pid());
        finding(report, "lock", "a daemon holds " + daemon.state());
        assertTrue(daemon.cli("doctor").out().contains("  daemon"));
    }

    @Test
    void modesThatADaemonRefusesAreAProblemAndCanBeFixed() throws IOException {
        mode(installed(), "rwxrwxrwx");
        JsonNode found = finding(report(1), "state directory", "can be written by others");
        assertEquals("problem", found.path("verdict").asText());
        assertTrue(
                finding(report(0, "--fix"), "state directory", "").path("fixed").asBoolean());
        finding(report(0), "state directory", "mode 700");
    }

    @Test
    void aStateOrConfigurationThatCannotBeReadIsAProblemWithItsPlace() throws IOException {
        mode(installed(), "rwx------");
        Files.writeString(installed().resolve("state.json"), "{\n  \"version\": 9");
        JsonNode state = finding(report(1), "state", "cannot be read");
        assertTrue(state.path("advice").asText().contains("--recover"), state::toString);
        Files.writeString(installed().resolve("config.toml"), "no_such_key = 1\n");
        JsonNode config = finding(report(1), "configuration", "no_such_key");
        assertEquals("problem", config.path("verdict").asText());
    }

    @Test
    void whatADeadDaemonLeftIsFoundAndRemoved() throws IOException {
        daemon.start();
        daemon.kill9();
        mode(installed(), "rwx------");
        Path socket = installed().resolve("control.sock");
        Files.move(daemon.socket(), socket);
        Files.move(RuntimeDens.ownerFile(daemon.socket()), RuntimeDens.ownerFile(socket));
        Files.createDirectory(installed().resolve("unknown"));
        JsonNode seen = report(0);
        assertEquals(
                "warning",
                finding(seen, "leftovers", "control.sock: its daemon")
                        .path("verdict")
                        .asText());
        finding(seen, "leftovers", "unknown: it does not say whose it is");
        assertTrue(Files.exists(socket));
        assertTrue(finding(report(0, "--fix"), "leftovers", "control.sock")
                .path("fixed")
                .asBoolean());
        assertFalse(Files.exists(socket));
        assertTrue(Files.exists(installed().resolve("unknown")));
    }
}
