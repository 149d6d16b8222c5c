package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.StreamEnd;
import io.shipote.client.Frame;
import io.shipote.client.Upgraded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that read what their client sends. */
@Timeout(90)
class StdinIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        daemon.room().workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static Upgraded<RunOut> run(ObjectNode spec) {
        return daemon.client()
                .commands()
                .runWithInput(new RunIn("w", spec, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static void write(Upgraded<RunOut> to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.stream().write(bytes, 0, bytes.length);
    }

    private static String end(Upgraded<RunOut> of) {
        return assertInstanceOf(Frame.End.class, of.stream().read()).why().reason();
    }

    @Test
    void aFilePipedIntoTheCommandLineReachesTheCommandWhole() throws Exception {
        Path file = daemon.directory().resolve("three-million");
        Files.write(file, new byte[3_000_000]);
        CliResult count = daemon.cliReading(file, "run", "-i", "-w", "w", "--", "wc", "-c");
        assertEquals("3000000\n", count.out(), count::toString);
        assertEquals(0, count.status());
        CliResult status = daemon.cliReading(file, "run", "-i", "--wait", "-w", "w", "--", "sh", "-c", "cat; exit 9");
        assertEquals(9, status.status(), status::toString);
        assertTrue(status.out().length() < 100, "only the id: --wait shows no output");
    }

    @Test
    void aCommandThatReadsNoMoreEndsWhateverStillComes() throws Exception {
        CliResult head = daemon.cliReading(Path.of("/dev/zero"), "run", "-i", "-w", "w", "--", "head", "-c", "3");
        assertEquals(0, head.status(), head::toString);
        assertEquals("\0\0\0", head.out());
    }

    @Test
    void theCommandLineRefusesWhatCannotBe() throws Exception {
        CliResult restart = daemon.cli("run", "-i", "--restart", "always", "-w", "w", "--", "cat");
        assertEquals(2, restart.status());
        assertTrue(restart.err().contains("--restart exclude each other"), restart::err);
        assertEquals(
                2,
                daemon.cli("run", "-i", "--stdin", "x", "-w", "w", "--", "cat").status());
        assertEquals(
                127, daemon.cli("run", "-i", "-w", "w", "--", "no-such-program").status());
    }

    @Test
    void aSupervisedCommandCannotReadFromAClient() {
        RunIn in = new RunIn(
                "w",
                Specs.command("cat"),
                Optional.empty(),
                Optional.of(new RestartPolicy(
                        RestartPolicy.Policy.ALWAYS,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                Optional.empty());
        assertTrue(Room.refused(
                        ErrorCode.INVALID_SPEC,
                        () -> daemon.client().commands().runWithInput(in).close())
                .getMessage()
                .contains("restart"));
    }

    @Test
    void theEndOfTheClientIsTheEndOfTheInput() {
        try (Upgraded<RunOut> cat = run(Specs.command("cat"))) {
            write(cat, "one\n");
            cat.stream().end();
            assertEquals(StreamEnd.FINISHED, end(cat));
            assertEquals(0, daemon.room().await(cat.reply().id()).status());
            assertEquals("one\n", daemon.room().logs(cat.reply().id()));
        }
    }

    @Test
    void aClientThatDisappearsEndsTheInputAfterWhatItSent() {
        Upgraded<RunOut> cat = run(Specs.command("cat"));
        write(cat, "last words\n");
        cat.close();
        assertEquals(0, daemon.room().await(cat.reply().id()).status());
        assertEquals("last words\n", daemon.room().logs(cat.reply().id()));
    }

    @Test
    void aCommandThatEndsTellsItsClient() {
        try (Upgraded<RunOut> none = run(Specs.command("true"))) {
            assertEquals(StreamEnd.CLOSED, end(none));
        }
    }

    @Test
    void aCommandThatDoesNotReadHoldsItsClientUpAndNobodyElse() throws Exception {
        try (Upgraded<RunOut> deaf = run(Specs.command("sleep", "600"))) {
            byte[] much = new byte[32 << 20];
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> deaf.stream().write(much, 0, much.length));
            assertThrows(TimeoutException.class, () -> writing.get(300, TimeUnit.MILLISECONDS));
            assertEquals("ready", daemon.client().health().state());
            daemon.client().commands().stop(deaf.reply().id(), Optional.empty(), Optional.of(1_000L));
            assertEquals(StreamEnd.CLOSED, end(deaf));
            assertThrows(Exception.class, () -> writing.get(SOON.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void aCommandStartedAgainReadsNothing() {
        Upgraded<RunOut> cat = run(Specs.command("cat"));
        cat.close();
        assertEquals(0, daemon.room().await(cat.reply().id()).status());
        daemon.client().commands().start(cat.reply().id(), Optional.empty());
        assertEquals(0, daemon.room().await(cat.reply().id()).status());
    }

    @Test
    void theEndOfTheDaemonIsTheEndOfTheInput() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            own.room().workspace("x");
            Path file = own.directory().resolve("copy");
            Upgraded<RunOut> cat = own.client()
                    .commands()
                    .runWithInput(new RunIn(
                            "x",
                            Specs.shell("cat > " + file + "; echo eof >> " + file),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
            write(cat, "half ");
            own.client().stopDaemon(Optional.empty(), Optional.empty());
            assertEquals(StreamEnd.STOPPING, end(cat));
            own.stop();
            await().atMost(SOON).until(() -> Processes.read(file).equals("half eof\n"));
            cat.close();
            own.start();
        }
    }
}
