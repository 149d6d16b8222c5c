package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command line does with what it waits for when the other side of its output goes away. */
@Timeout(240)
class ForegroundIT {
    private static final String ENDLESS = "while echo x; do :; done";

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    /** Waits until it has nothing to do any more: it has sent its call then. */
    private static void awaitIdle(Process process) {
        long[] before = {-1};
        await().atMost(DaemonHarness.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    long now = Processes.cpuTicks(process.pid());
                    boolean idle = now == before[0];
                    before[0] = now;
                    return idle;
                });
    }

    /** As {@code shipote … | head -1} does; its exit status. */
    private static int headOf(Path errors, String... words) throws Exception {
        Process process = CliResult.builder(daemon.environment(), daemon.directory(), words)
                .redirectError(errors.toFile())
                .start();
        try (var out = process.getInputStream()) {
            assertEquals('x', out.read());
        }
        return Processes.ended(process);
    }

    @Test
    void whereNobodyReadsTheOutputTheEndlessIsStopped() throws Exception {
        Path errors = Files.createTempFile(daemon.directory(), "head", ".err");
        List<String> command = List.of("run", "-w", "w", "-f", "--", "sh", "-c", ENDLESS);
        List<String> pipeline = List.of("pipeline", "run", "-w", "w", "--follow", "--stage", "sh -c '" + ENDLESS + "'");
        daemon.room().workspace("w");
        for (List<String> words : List.of(command, pipeline)) {
            assertEquals(141, headOf(errors, words.toArray(String[]::new)), () -> Processes.read(errors));
            assertEquals(1, Files.readAllLines(errors).size(), () -> "only its id is told: " + Processes.read(errors));
            assertEquals(0, daemon.client().health().commandsAlive(), "nothing of it is left");
        }
    }

    @Test
    void whoWaitsIsToldThatTheDaemonStopsAndThatTheRestGoesOn() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            own.room().workspace("w");
            String id = own.room().run("w", Specs.command("sleep", "600")).id();
            int before = Processes.sockets(own.pid());
            List<Process> waiting = List.of(
                    own.cliProcess("wait", id),
                    own.cliProcess("run", "-w", "w", "--wait", "--", "sleep", "600"),
                    own.cliProcess("logs", "-f", id),
                    own.cliProcess("events"));
            await().atMost(DaemonHarness.PATIENCE)
                    .until(() -> Processes.sockets(own.pid()) == before + waiting.size()
                            && own.client().health().commandsAlive() == 2);
            waiting.forEach(ForegroundIT::awaitIdle);
            own.stop();
            List<Integer> statuses = new ArrayList<>();
            for (Process one : waiting) {
                statuses.add(Processes.ended(one));
                String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                // A wait that comes while the daemon stops already is refused.
                boolean late = said.endsWith("shipote: the daemon is stopping (try again)\n");
                assertTrue(
                        late || said.endsWith("shipote: the daemon stops; what it runs goes on (call again)\n"), said);
            }
            assertEquals(List.of(125, 125, 6, 6), statuses);
            assertFalse(Processes.read(own.log()).contains("ERROR"), own::story);
            own.start();
        }
    }

    @Test
    void whatReadsFromUsAndHasNotGotAllDoesNotEndWell() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            own.room().workspace("w");
            Process reading = CliResult.builder(own.environment(), own.directory(), "run", "-i", "-w", "w", "--", "cat")
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream in = reading.getOutputStream()) {
                in.write("half\n".getBytes(StandardCharsets.UTF_8));
                in.flush();
                BufferedReader said = reading.inputReader();
                while (!said.readLine().equals("half")) {
                    assertTrue(reading.isAlive());
                }
                own.client().upgrade(new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty()));
                assertEquals(
                        "shipote: the command may have missed the end of its input:"
                                + " the daemon is being replaced by another version (begin again)",
                        said.readLine());
            }
            assertEquals(125, Processes.ended(reading));
        }
    }
}
