package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a card says of supervision, payload and flows, from the wire to the process. */
@Timeout(120)
class CardIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Optional<String> ANY = Optional.empty();

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("cards");
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) CardJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode supervised(ObjectNode command, String supervision) {
        command.set("supervision", json("{'x':" + supervision + "}").get("x"));
        return command;
    }

    private static ObjectNode payload(String label, String payload) {
        return json("{'label':'" + label + "','payload':" + payload + "}");
    }

    private static String virtual() {
        return "'Virtual'";
    }

    private static String wasm() {
        return "{'Wasm':{'module_sha256':[" + "1,".repeat(31) + "1],'entry':'main'}}";
    }

    private static long alive() {
        return daemon.client().health().commandsAlive();
    }

    @Test
    void theCardsOwnRestartCountsWhereTheClientAsksForNone() {
        ObjectNode card = supervised(Specs.shell("exit 3"), "{'Restart':{'initial':40,'max':60}}");
        String id = room.run(workspace, card).id();
        await().atMost(SOON).until(() -> room.command(id).restarts() >= 3);
        assertEquals(RestartPolicy.Policy.ON_FAILURE, room.command(id).restart());
        daemon.client().commands().stop(id, ANY, Optional.of(0L));

        String once = room.run(workspace, supervised(Specs.shell("exit 0"), "{'Restart':{'initial':40,'max':60}}"))
                .id();
        room.await(once);
        assertEquals("exited", room.command(once).state().word());
        assertEquals(0, room.command(once).restarts());
    }

    @Test
    void theClientsPolicyComesBeforeTheCards() {
        ObjectNode card = supervised(Specs.shell("exit 3"), "{'Restart':{'initial':40,'max':60}}");
        String id = daemon.client()
                .commands()
                .run(new RunIn(workspace, card, ANY, Optional.of(RestartPolicy.NEVER), Optional.empty()))
                .id();
        room.await(id);
        assertEquals("failed", room.command(id).state().word());
        assertEquals(0, room.command(id).restarts());
    }

    @Test
    void theCardsPolicyIsDeclaredAndOutlivesTheDaemon() throws Exception {
        try (DaemonHarness other = DaemonHarness.started()) {
            Room own = other.room();
            String id = own.run(
                            own.workspace("w"),
                            supervised(Specs.command("sleep", "600"), "{'Restart':{'initial':1,'max':1}}"))
                    .id();
            other.kill9();
            other.start();
            CommandStatus adopted = own.command(id);
            assertEquals("running", adopted.state().word());
            other.client().commands().kill(id, ANY, "KILL");
            await().atMost(SOON)
                    .until(() -> own.command(id).restarts() == 1
                            && own.command(id).state().word().equals("running"));
        }
    }

    @Test
    void delegateIsSomebodyElsesAndSaidSo() {
        RunOut out = room.run(workspace, supervised(Specs.shell("exit 3"), "'Delegate'"));
        assertEquals(
                Applied.Outcome.ADVISORY, applied(out.applied(), "supervision").outcome());
        room.await(out.id());
        assertEquals("failed", room.command(out.id()).state().word());
        assertEquals(0, room.command(out.id()).restarts());
    }

    private static Applied applied(List<Applied> all, String item) {
        return all.stream().filter(one -> one.item().equals(item)).findFirst().orElseThrow();
    }

    @Test
    void legacyRunsAsNativeDoesAndItsFakesAreAdvisory() {
        ObjectNode card =
                payload("old", "{'Legacy':{'exec':'echo','argv':['hello'],'fakes':['SystemdNotify','SystemdLogind']}}");
        RunOut out = room.run(workspace, card);
        Applied fakes = applied(out.applied(), "fakes");
        assertEquals(Applied.Outcome.ADVISORY, fakes.outcome());
        assertTrue(fakes.why().orElse("").contains("SystemdLogind, SystemdNotify"), fakes::toString);
        assertEquals(0, room.await(out.id()).status());
        assertEquals("hello\n", room.logs(out.id()));
        assertTrue(daemon.client()
                .commands()
                .show(out.id(), ANY)
                .spec()
                .at("/payload/Legacy/fakes")
                .isArray());
    }

    @Test
    void whatIsNoProgramIsRefusedBeforeAnythingStarts() {
        long before = alive();
        int commands = room.commands(workspace).size();
        for (String kind : List.of("Virtual", "Wasm")) {
            String payload = kind.equals("Wasm") ? wasm() : virtual();
            ShipoteException e =
                    Room.refused(ErrorCode.NOT_RUNNABLE, () -> room.run(workspace, payload("odd", payload)));
            assertEquals(kind, String.valueOf(e.fields().get("payload")).replace("\"", ""));
            assertTrue(e.getMessage().startsWith("'odd' cannot run: its payload is " + kind), e.getMessage());

            Problems problems = new Problems();
            CommandRef odd = CommandRef.decode(payload("odd stage", payload), "", problems);
            CommandRef sleeper = CommandRef.nativeCommand("sleeper", "sleep", List.of("600"));
            PipelineSpec spec =
                    PipelineSpec.of("p", WorkspaceId.parse(workspace), List.of(sleeper, odd), List.of(Edge.of(0, 1)));
            ShipoteException inside = Room.refused(ErrorCode.NOT_RUNNABLE, () -> room.pipeline(spec));
            assertTrue(inside.getMessage().startsWith("'odd stage' cannot run"), inside.getMessage());
        }
        assertEquals(before, alive());
        assertEquals(commands, room.commands(workspace).size());
    }

    @Test
    void flowDirectoriesAreKeptAndAdvisory() {
        ObjectNode card = WorkspaceSpec.of("flows").encode();
        card.set(
                "flow_dirs",
                json("{'x':[{'name':'in','direction':'input','scope':'workspace'}]}")
                        .get("x"));
        Problems problems = new Problems();
        WorkspaceSpec spec = WorkspaceSpec.decode(card, "", problems);
        String id = room.workspace(spec);
        var shown = daemon.client().workspaces().show(id);
        assertEquals(
                Applied.Outcome.ADVISORY, applied(shown.applied(), "flow_dirs").outcome());
        assertEquals("in", shown.spec().at("/flow_dirs/0/name").asText());
    }
}
