package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes over the socket, the daemon stays healthy and its descriptors go back to what they were. */
@Timeout(60)
class HostileIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String HEALTH = "{'method':'io.shipote.Health'}";
    private static final int CONNECTIONS = 200;
    private static final int FRAME_LIMIT = 1 << 20;

    private static DaemonHarness daemon;
    private static String command;
    private static int descriptors;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        String workspace = daemon.room().workspace("w");
        command = daemon.room()
                .run(workspace, Specs.shell("while :; do echo line; sleep 0.02; done"))
                .id();
        // What is opened once, whatever follows: the sampler's files, the classes of logs, statistics and events.
        daemon.room().logs(command);
        await().atMost(SOON)
                .until(() -> daemon.client()
                                .workspaces()
                                .stats("w", Optional.empty())
                                .samples()
                                .size()
                        > 1);
        descriptors = Processes.descriptors(daemon.pid());
    }

    @AfterEach
    void itIsHealthyAndHoldsNothing() {
        assertEquals("ready", daemon.client().health().state());
        await().atMost(SOON)
                .untilAsserted(() -> assertEquals(descriptors, Processes.descriptors(daemon.pid()), daemon::story));
        assertEquals(-1, Processes.read(daemon.log()).indexOf("ERROR"), daemon::story);
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** The replies until the daemon closes; a reset counts as closed. */
    private static List<String> rest(WireClient client) {
        List<String> replies = new ArrayList<>();
        try {
            for (String reply = client.reply(); reply != null; reply = client.reply()) {
                replies.add(reply);
            }
        } catch (IOException e) {
            replies.add("reset");
        }
        return replies;
    }

    @Test
    void aFrameOverTheLimitIsRefusedAndItsConnectionClosed() throws Exception {
        byte[] large = new byte[2 * FRAME_LIMIT];
        Arrays.fill(large, (byte) ' ');
        try (WireClient client = daemon.wire()) {
            try {
                client.send(large);
            } catch (IOException e) {
                // It closed while we were still sending.
                assertTrue(e.getMessage() != null);
            }
            List<String> replies = rest(client);
            assertTrue(replies.size() == 1, replies::toString);
            assertTrue(replies.get(0).contains("error") || replies.get(0).equals("reset"), replies::toString);
        }
    }

    @Test
    void aCallOfExactlyTheLimitIsAnswered() throws Exception {
        try (WireClient client = daemon.wire()) {
            String call = HEALTH + " ".repeat(FRAME_LIMIT - HEALTH.length());
            client.call(call);
            assertTrue(client.reply().contains("\"pid\":" + daemon.pid()));
        }
    }

    @Test
    void halfAFrameAndThenSilenceHoldsNobodyElseUp() throws Exception {
        try (WireClient silent = daemon.wire();
                WireClient other = daemon.wire()) {
            silent.send(bytes("{'method':'io.ship"));
            assertTrue(other.ask(HEALTH).contains("\"pid\":" + daemon.pid()));
            List<String> end = rest(silent);
            assertTrue(end.size() <= 1, end::toString);
            assertTrue(other.ask(HEALTH).contains("\"pid\":" + daemon.pid()));
        }
    }

    @Test
    void whatIsNoUtf8OrNoJsonOrNoCallEndsItsConnectionWithAnError() throws Exception {
        List<byte[]> bad = List.of(
                new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}', 0},
                bytes("nonsense\0"),
                bytes("[]\0"),
                bytes("{'method':5}\0"),
                bytes("{'parameters':{}}\0"),
                bytes("{'method':'io.shipote.Health','method':'x'}\0"),
                bytes("\0"),
                bytes("[".repeat(100_000) + "\0"));
        for (byte[] each : bad) {
            try (WireClient client = daemon.wire()) {
                client.send(each);
                List<String> replies = rest(client);
                assertEquals(
                        1,
                        replies.size(),
                        () -> new String(each, 0, Math.min(60, each.length), StandardCharsets.ISO_8859_1));
                assertTrue(replies.get(0).contains("\"error\":\""), replies::toString);
            }
        }
    }

    @Test
    void wrongMethodsAndParametersAreAnsweredAndTheConnectionGoesOn() throws Exception {
        try (WireClient client = daemon.wire()) {
            String[][] cases = {
                {"{'method':'io.shipote.Nothing'}", "MethodNotFound"},
                {"{'method':'com.example.Nothing'}", "InterfaceNotFound"},
                {"{'method':'io.shipote.Wait','parameters':{'target':{}}}", "InvalidParameter"},
                {"{'method':'io.shipote.Wait','parameters':{'nonsense':7}}", "InvalidParameter"},
                {"{'method':'io.shipote.Wait'}", "InvalidParameter"},
                {"{'method':'io.shipote.Events'}", "ExpectedMore"},
            };
            for (String[] each : cases) {
                String reply = client.ask(each[0]);
                assertTrue(reply.contains("org.varlink.service." + each[1]), () -> each[0] + " -> " + reply);
            }
            assertTrue(client.ask(HEALTH).contains("\"pid\":" + daemon.pid()));
        }
    }

    @Test
    void clientsThatGoAwayInTheMiddleOfAStreamLeaveNothing() throws Exception {
        String target = "'parameters':{'target':'" + command + "'";
        String[] calls = {
            "{'method':'io.shipote.Logs'," + target + ",'follow':true},'more':true}",
            "{'method':'io.shipote.Events','parameters':{},'more':true}",
            "{'method':'io.shipote.WorkspaceStats','parameters':{'target':'w'},'more':true}",
            "{'method':'io.shipote.Wait'," + target + "}}",
        };
        for (int round = 0; round < 5; round++) {
            for (String call : calls) {
                try (WireClient client = daemon.wire()) {
                    client.call(call);
                    if (call.contains("Logs")) {
                        assertTrue(client.reply().contains("\"continues\":true"));
                    }
                }
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadCostsNobodyAnything() throws Exception {
        String loud = daemon.room()
                .run("w", Specs.shell("head -c 20000000 /dev/zero"))
                .id();
        daemon.room().await(loud);
        try (WireClient lazy = daemon.wire()) {
            lazy.call("{'method':'io.shipote.Logs','parameters':{'target':'" + loud + "'},'more':true}");
            for (int i = 0; i < 10; i++) {
                assertEquals("ready", daemon.client().health().state());
            }
            int replies = 0;
            for (String reply = lazy.reply(); reply.contains("\"continues\":true"); reply = lazy.reply()) {
                replies++;
            }
            assertTrue(replies >= 20_000_000 / (256 * 1024), "every byte arrives once it reads: " + replies);
        }
    }

    @Test
    void manyConnectionsAtOnceAreAllAnswered() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                WireClient client = daemon.wire();
                clients.add(client);
                client.call(HEALTH);
            }
            for (WireClient client : clients) {
                assertTrue(client.reply().contains("\"pid\":" + daemon.pid()));
            }
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void garbageOfAllKindsDoesNoHarm() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 100; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(garbage);
            garbage[garbage.length - 1] = 0;
            try (WireClient client = daemon.wire()) {
                client.send(garbage);
                if (i % 2 == 0) {
                    List<String> replies = rest(client);
                    replies.remove("reset");
                    assertTrue(replies.size() <= 1, replies::toString);
                }
            }
        }
    }
}
