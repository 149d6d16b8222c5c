package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes behind an upgrade, the daemon stays healthy, the command ends and no connection is left. */
@Timeout(90)
class HostileStreamIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SPEC =
            "{'label':'cat','payload':{'Native':{'exec':'cat','argv':[],'envp':[]}},'shipote':{'cwd':'/'}}";
    private static final String RUN =
            "{'method':'io.shipote.Run','parameters':{'workspace':'w','spec':" + SPEC + "},'upgrade':true}";
    private static final int ROUNDS = 40;

    private static DaemonHarness daemon;
    private static int sockets;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        daemon.room().workspace("w");
        sockets = Processes.sockets(daemon.pid());
    }

    @AfterEach
    void itIsHealthyAndNothingIsLeft() {
        assertEquals("ready", daemon.client().health().state());
        await().atMost(SOON).untilAsserted(() -> assertEquals(sockets, Processes.sockets(daemon.pid()), daemon::story));
        await().atMost(SOON).until(() -> daemon.room().commands("w").stream()
                .noneMatch(command -> command.state().live()));
        assertEquals(-1, Processes.read(daemon.log()).indexOf("ERROR"), daemon::story);
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static byte[] call() {
        return (RUN.replace('\'', '"') + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** Sends the rest although the daemon may have closed. */
    private static void push(WireClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            assertTrue(e.getMessage() != null);
        }
    }

    @Test
    void garbageBehindAnUpgradeEndsTheStream() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < ROUNDS; round++) {
            try (WireClient client = daemon.wire()) {
                assertTrue(client.ask(RUN).contains("\"pid\""));
                byte[] garbage = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(garbage);
                if (round % 2 == 0) {
                    garbage[0] = 1;
                }
                push(client, garbage);
            }
        }
    }

    @Test
    void aCallBehindAnUpgradeStartsNothing() throws Exception {
        int before = daemon.room().commands("w").size();
        byte[] one = call();
        byte[] two = new byte[2 * one.length];
        System.arraycopy(one, 0, two, 0, one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        try (WireClient client = daemon.wire()) {
            client.send(two);
            assertTrue(client.reply().contains("wait for its reply"));
            assertEquals(null, client.reply());
        }
        assertEquals(before, daemon.room().commands("w").size());
    }

    @Test
    void clientsThatLeaveAtAnyMomentLeaveNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (WireClient client = daemon.wire()) {
                client.send(call());
                if (round % 4 > 0) {
                    assertTrue(client.reply().contains("\"pid\""));
                }
                if (round % 4 > 1) {
                    push(client, new byte[] {1, 0, 0, 0, 9, 'h', 'a', 'l', 'f'});
                }
                if (round % 4 > 2) {
                    push(client, new byte[] {' ', 'f', 'u', 'l', 'l', 3, 0, 0});
                }
            }
        }
    }
}
