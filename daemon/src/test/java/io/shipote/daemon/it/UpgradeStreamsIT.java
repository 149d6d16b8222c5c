package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients that wait or follow see of an upgrade: nothing. They know the protocol and no more. */
@Timeout(240)
class UpgradeStreamsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final UpgradeIn AS_IT_IS = new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty());

    private DaemonHarness daemon;
    private Room room;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    private Path gate(String name) {
        return daemon.directory().resolve(name);
    }

    private String until(String gate) {
        return "until [ -e " + gate(gate) + " ]; do sleep 0.02; done; ";
    }

    private UpgradeOut upgrade() {
        return daemon.client().upgrade(AS_IT_IS);
    }

    private static JsonNode json(String reply) {
        return CardJson.parse(reply.getBytes(StandardCharsets.UTF_8));
    }

    private static String call(String method, String parameters, boolean more) {
        return "{'method':'io.shipote." + method + "','parameters':{" + parameters + "},'more':" + more + "}";
    }

    @Test
    void whoWaitsIsAnsweredByTheNextProgram() throws Exception {
        String id = room.run(workspace, Specs.shell(until("go") + "exit 7")).id();
        try (WireClient waiter = daemon.wire()) {
            waiter.call(call("Wait", "'target':'" + id + "'", false));
            // What comes behind it waits with it: a whole call, and the beginning of another.
            waiter.call("{'method':'io.shipote.Health'}");
            waiter.send("{\"method\":\"io.ship".getBytes(StandardCharsets.UTF_8));
            assertTrue(daemon.client().health().commandsAlive() > 0);
            upgrade();
            upgrade();
            Files.createFile(gate("go"));
            assertEquals(7, json(waiter.reply()).at("/parameters/status").asInt());
            assertTrue(waiter.reply().contains("\"state\""));
            waiter.send("ote.Health\"}\0".getBytes(StandardCharsets.UTF_8));
            assertTrue(waiter.reply().contains("\"state\""));
            // It is a connection like any other afterwards.
            assertTrue(waiter.ask("{'method':'io.shipote.Health'}").contains("\"state\""));
        }
    }

    /** It ends while nobody looks; the next program finds out, and tells those who follow. */
    @Test
    void anExitInTheGapIsAnEvent() throws Exception {
        try (WireClient all = daemon.wire();
                WireClient some = daemon.wire()) {
            all.call(call("Events", "", true));
            some.call(call("Events", "'workspace':'w'", true));
            String id = room.named(
                            workspace,
                            "mortal",
                            RestartPolicy.NEVER,
                            Specs.shell("until tr '\\0' '\\n' < /proc/" + daemon.pid()
                                    + "/environ | grep -q ^SHIPOTE_HANDOVER=; do sleep 0.01; done; exit 7"))
                    .id();
            upgrade();
            for (WireClient events : new WireClient[] {all, some}) {
                JsonNode told = json(events.reply());
                while (!told.at("/parameters/event/state").asText().equals("failed")) {
                    assertTrue(told.path("error").isMissingNode(), told::toString);
                    told = json(events.reply());
                }
                assertEquals(id, told.at("/parameters/event/command").asText());
            }
        }
    }

    @Test
    void whoFollowsALogMissesNothingAndSeesNothingTwice() throws Exception {
        String counter = "i=0; until [ -e " + gate("enough") + " ]; do i=$((i+1)); echo $i; sleep 0.005; done";
        String id = room.run(workspace, Specs.shell(counter)).id();
        try (WireClient follower = daemon.wire()) {
            follower.call(call("Logs", "'target':'" + id + "','stream':'stdout','follow':true", true));
            StringBuilder seen = new StringBuilder(text(json(follower.reply())));
            for (int i = 0; i < 3; i++) {
                upgrade();
            }
            Files.createFile(gate("enough"));
            readToTheEnd(follower, seen);
            assertEquals(room.logs(id), seen.toString());
            assertTrue(Counted.lines(seen.toString()) > 0);
        }
    }

    private static void readToTheEnd(WireClient follower, StringBuilder seen) throws IOException {
        JsonNode reply;
        do {
            reply = json(follower.reply());
            assertTrue(reply.path("error").isMissingNode(), reply::toString);
            seen.append(text(reply));
        } while (reply.path("continues").asBoolean());
    }

    private static String text(JsonNode reply) {
        return new String(
                Base64.getDecoder().decode(reply.at("/parameters/data").asText()), StandardCharsets.US_ASCII);
    }

    /** What its socket does not take goes over too, in the middle of a frame. */
    @Test
    void whoReadsSlowlyMissesNothingEither() throws Exception {
        String id =
                room.run(workspace, Specs.shell("seq 1000000; " + until("go"))).id();
        await().atMost(SOON).until(() -> room.command(id).logBytes() == 6_888_896);
        try (WireClient follower = daemon.wire()) {
            follower.call(call("Logs", "'target':'" + id + "','stream':'stdout','follow':true", true));
            StringBuilder seen = new StringBuilder(text(json(follower.reply())));
            assertTrue(upgrade().pausedMs() >= 0);
            Files.createFile(gate("go"));
            readToTheEnd(follower, seen);
            assertEquals(1_000_000, Counted.lines(seen.toString()));
        }
    }

    /** A run that ends while nobody looks is read to its end before the one that follows it. */
    @Test
    void theRestOfARunThatEndsInTheGapComesBeforeTheNextRun() throws Exception {
        String wait = "until tr '\\0' '\\n' < /proc/" + daemon.pid()
                + "/environ | grep -q ^SHIPOTE_HANDOVER=; do sleep 0.01; done; ";
        String first = "if [ ! -e " + gate("was") + " ]; then echo a; " + wait + "touch " + gate("was")
                + "; echo b; exit 1; fi; echo c; " + until("go") + "exit 0";
        RestartPolicy once = new RestartPolicy(
                RestartPolicy.Policy.ON_FAILURE, Optional.of(0L), Optional.of(0L), Optional.empty(), Optional.empty());
        String id = room.named(workspace, "twice", once, Specs.shell(first)).id();
        try (WireClient follower = daemon.wire()) {
            follower.call(call("Logs", "'target':'" + id + "','stream':'stdout','follow':true", true));
            StringBuilder seen = new StringBuilder(text(json(follower.reply())));
            upgrade();
            Files.createFile(gate("go"));
            readToTheEnd(follower, seen);
            assertEquals("a\nb\nc\n", seen.toString());
        }
    }

    @Test
    void theAuditLogTellsOfTheUpgradeAlsoWhoFollowsIt() throws Exception {
        try (WireClient follower = daemon.wire()) {
            follower.call(call("Audit", "'tail':1,'follow':true", true));
            follower.reply();
            UpgradeOut done = upgrade();
            JsonNode line = json(follower.reply()).at("/parameters/lines/0");
            while (!line.path("method").asText().equals("Upgrade")) {
                line = json(follower.reply()).at("/parameters/lines/0");
            }
            assertEquals("ok", line.path("outcome").asText());
            assertEquals(ProcessHandle.current().pid(), line.path("pid").asLong());
            assertEquals(done.version(), line.path("version").asText());
            assertEquals(done.previous(), line.path("previous").asText());
            assertEquals(Runtime.version().toString(), line.path("java").asText());
            assertEquals(
                    Runtime.version().toString(), line.path("previous_java").asText());
            assertEquals(done.pausedMs(), line.path("paused_ms").asLong());
        }
    }

    @Test
    void theCommandLineSeesNothingOfIt() throws Exception {
        Process waiting = null;
        String id = room.run(workspace, Specs.shell("echo begun; " + until("go") + "echo done; exit 3"))
                .id();
        Process logs = daemon.cliProcess("logs", "-f", id);
        waiting = daemon.cliProcess("wait", id);
        Process running = daemon.cliProcess(
                "run", "-w", "w", "--follow", "--", "/bin/sh", "-c", "echo one; " + until("go") + "echo two; exit 4");
        Process watching = daemon.cliProcess("--json", "top");
        // Each has said something, or the daemon knows of it, before it is replaced.
        assertEquals("begun", logs.inputReader().readLine());
        assertFalse(running.inputReader().readLine().isEmpty());
        assertFalse(watching.inputReader().readLine().isEmpty());
        upgrade();
        upgrade();
        assertFalse(watching.inputReader().readLine().isEmpty());
        watching.destroy();
        Processes.ended(watching);
        Files.createFile(gate("go"));
        assertEquals(3, Processes.ended(waiting));
        assertEquals("done", logs.inputReader().readLine());
        assertEquals(0, Processes.ended(logs));
        assertEquals(4, Processes.ended(running));
    }

    @Test
    void aTapIsMadeAnewAndSaysSo() throws Exception {
        String counter = "i=0; until [ -e " + gate("enough") + " ]; do i=$((i+1)); echo $i; sleep 0.005; done";
        String id = room.pipeline(Specs.tapped(Specs.chain("edge", workspace, counter, "cat >/dev/null")))
                .id();
        Process tap = daemon.cliProcess("pipeline", "tap", id, "0");
        assertFalse(tap.inputReader().readLine().isEmpty());
        upgrade();
        String line = tap.inputReader().readLine();
        while (!line.contains("the daemon was replaced")) {
            line = tap.inputReader().readLine();
        }
        assertFalse(tap.inputReader().readLine().isEmpty());
        Files.createFile(gate("enough"));
        tap.inputReader().lines().forEach(rest -> {});
        assertEquals(0, Processes.ended(tap));
    }
}
