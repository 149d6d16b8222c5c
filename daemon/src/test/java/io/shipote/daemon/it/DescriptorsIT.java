package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon that has no descriptor left says so, and goes on when it has some again. */
@Timeout(120)
class DescriptorsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** More than a daemon that has nothing to do has descriptors. */
    private static final int COMMANDS = 120;

    private static final int CONSUMERS = 60;
    /** Every daemon has more open: it can open nothing then. */
    private static final int FEW = 3;

    private static final String FLOWS = "{'method':'io.shipote.ListFlows'}";
    private static final String HEALTH = "{'method':'io.shipote.Health'}";

    private static void limit(DaemonHarness daemon, int most) throws Exception {
        Process set = new ProcessBuilder("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + most + ":")
                .redirectErrorStream(true)
                .start();
        assumeTrue(set.waitFor() == 0, "prlimit cannot change the limits of a process here");
    }

    /** The limit is one of numbers, not of how many: this one leaves the gaps below the highest number in use. */
    private static int highest(DaemonHarness daemon) throws IOException {
        try (Stream<Path> numbers = Files.list(Path.of("/proc/" + daemon.pid() + "/fd"))) {
            return numbers.mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .max()
                    .orElseThrow();
        }
    }

    @Test
    void launchesAndConnectionsAreRefusedInWordsAndComeBack() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            String runs = room.run(workspace, Specs.command("sleep", "600")).id();
            assertEquals(0, room.ended(workspace, Specs.command("true")).status());
            limit(daemon, highest(daemon) + 1);
            List<WireClient> clients = new ArrayList<>();
            try {
                String refused = refused(daemon, clients);
                assertTrue(refused.contains("io.shipote.Busy"), refused);
                assertTrue(refused.contains("no descriptor left"), refused);
                ShipoteException launch =
                        Room.refused(ErrorCode.NOT_STARTED, () -> room.run(workspace, Specs.command("true")));
                assertTrue(launch.getMessage().contains("no descriptor left"), launch.getMessage());
                assertEquals("24", String.valueOf(launch.fields().get("errno")));
                assertEquals("running", room.command(runs).state().word());
            } finally {
                for (WireClient client : clients) {
                    client.close();
                }
            }
            limit(daemon, 4_096);
            await().atMost(SOON).until(() -> answers(daemon));
            assertEquals(0, room.ended(workspace, Specs.command("true")).status());
            assertEquals("running", room.command(runs).state().word());
        }
    }

    @Test
    void whoCannotAdoptAllDoesNotStart() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            for (int i = 0; i < COMMANDS; i++) {
                room.named(
                        workspace,
                        "n" + i,
                        RestartPolicy.of(RestartPolicy.Policy.ALWAYS),
                        Specs.command("sleep", "600"));
            }
            List<Long> before = daemon.processes();
            daemon.kill9();
            String line = daemon.by("prlimit", "--nofile=" + COMMANDS).tryStart();
            assertTrue(line.startsWith("error "), line);
            assertTrue(line.contains("limit of open files"), line);
            assertEquals(before, daemon.processes());
            daemon.by().start();
            assertEquals(before, daemon.processes());
        }
    }

    /** One pump to many consumers: its pipes need far more of them than its processes do. */
    @Test
    void whoCannotOpenAllPipesAgainDoesNotStart() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String workspace = room.workspace("w");
            List<String> stages = new ArrayList<>(List.of("exec sleep 600"));
            List<String> edges = new ArrayList<>();
            while (stages.size() <= CONSUMERS) {
                edges.add("0>" + stages.size());
                stages.add("exec cat");
            }
            String id = room.pipeline(Specs.graph("fan", workspace, stages, edges.toArray(String[]::new)))
                    .id();
            List<Long> before = daemon.processes();
            daemon.kill9();
            String line = daemon.by("prlimit", "--nofile=" + (COMMANDS + 2 * CONSUMERS))
                    .tryStart();
            assertTrue(line.startsWith("error "), line);
            assertTrue(line.contains("limit of open files"), line);
            assertEquals(before, daemon.processes());
            daemon.by().start();
            assertEquals(before, daemon.processes());
            assertEquals(JobState.RUNNING, room.pipeline(id).state());
            assertEquals(1, room.pipeline(id).holders().orElseThrow().size());
        }
    }

    @Test
    void whoAsksWhatFlowsGetsAnAnswer() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started();
                WireClient client = daemon.wire()) {
            Room room = daemon.room();
            room.pipeline(Specs.chain("p", room.workspace("w"), "exec sleep 600", "exec cat"));
            assertTrue(client.ask(FLOWS).contains("\"flows\""));
            limit(daemon, FEW);
            String answer = client.ask(FLOWS);
            limit(daemon, 4_096);
            assertTrue(answer.contains("\"flows\""), answer);
            assertTrue(client.ask(FLOWS).contains("\"flows\""));
        }
    }

    /** Opens connections until one is told that there is no room. */
    private static String refused(DaemonHarness daemon, List<WireClient> clients) throws IOException {
        for (int i = 0; i < 200; i++) {
            WireClient client = daemon.wire();
            clients.add(client);
            String answer = answer(client);
            if (answer.contains("\"error\"")) {
                return answer;
            }
        }
        return "two hundred connections were accepted";
    }

    private static String answer(WireClient client) throws IOException {
        try {
            client.call(HEALTH);
        } catch (IOException e) {
            // Closed already: the refusal came before the question.
            return client.reply();
        }
        return client.reply();
    }

    private static boolean answers(DaemonHarness daemon) throws IOException {
        try (WireClient client = daemon.wire()) {
            return !answer(client).contains("\"error\"");
        }
    }
}
