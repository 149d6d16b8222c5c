package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a command's card says of its end is done, also by the next daemon and where nothing declares the command. */
final class StopSpecsTest {
    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static Commands.Request request(String label, Consumer<ObjectNode> own) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        own.accept(node);
        CommandRef plain = CoreFixture.sleep(label);
        return new Commands.Request(
                plain.withShape(plain.shape().withShipote(node)), Optional.empty(), RestartPolicy.NEVER);
    }

    private void stopAll(CoreFixture fixture) {
        Workspace workspace = fixture.workspaces.get("web");
        fixture.ok((Answer<Long> answer) -> fixture.workspaces.stop(workspace, EndedBy.USER, Optional.empty(), answer));
    }

    @Test
    void itsOwnSignalAndGrace() {
        core.run(web, request("a", own -> own.put("stop_signal", "INT").put("stop_grace_ms", 60_000)));
        FakeChild a = core.launcher.child("a");
        a.ignoreTerm();
        core.workspaces.stop(web, EndedBy.USER, Optional.empty(), Answer.of(ended -> {}, e -> {}));
        core.pass(Duration.ofMillis(59_999));
        assertEquals(List.of(2), a.signals());
        core.pass(Duration.ofMillis(1));
        assertEquals(List.of(2, 9), a.signals());
    }

    @Test
    void theNextDaemonKnowsThem() {
        core.run(web, request("a", own -> own.put("stop_signal", "SIGUSR1")));
        CoreFixture next = core.crashed().restore();
        stopAll(next);
        assertEquals(List.of(10), next.launcher.child("a").signals());
        assertEquals(
                "SIGUSR1",
                next.commands
                        .get("a", Optional.empty())
                        .intent()
                        .spec()
                        .shape()
                        .shipote()
                        .orElseThrow()
                        .path("stop_signal")
                        .asText());
    }

    @Test
    void aBadOneIsRefused() {
        ShipoteException e = core.<Command>refused(
                answer -> core.commands.run(web, request("a", own -> own.put("stop_signal", "LOUD")), answer));
        assertEquals(ErrorCode.INVALID_SPEC, e.code());
        assertTrue(e.getMessage().contains("shipote.stop_signal"), e.getMessage());
    }

    @Test
    void whatIsLeftAloneIsCountedAndEndsWithTheWorkspace() {
        core.run(web, request("a", own -> own.put("detached_children", true)));
        FakeChild a = core.launcher.child("a");
        a.leavesChildren();
        a.exit(0);
        core.settle();
        assertTrue(a.left());
        assertEquals(Optional.of(1L), web.status().leftBehind());
        CoreFixture next = core.crashed().restore();
        Workspace again = next.workspaces.get("web");
        assertEquals(Optional.of(1L), again.status().leftBehind());
        stopAll(next);
        assertEquals(Optional.empty(), again.status().leftBehind());
        assertEquals(List.of(15), next.launcher.child("a").signals());
    }

    @Test
    void whatSomebodyEndsLeavesNothing() {
        Command command = core.run(web, request("a", own -> own.put("detached_children", true)));
        core.launcher.child("a").leavesChildren();
        core.ok((Answer<Long> answer) -> core.commands.stop(command, Duration.ofSeconds(1), answer));
        assertEquals(Optional.empty(), web.status().leftBehind());
    }

    @Test
    void aWorkspaceWithAnImmortalProcessIsNotDeleted() {
        core.run(web, request("a", own -> {}));
        core.launcher.child("a").isUnkillable();
        ShipoteException e = core.<Long>refused(
                answer -> core.workspaces.delete(web, EndedBy.USER, Optional.of(Duration.ZERO), answer));
        assertEquals(ErrorCode.WRONG_STATE, e.code());
        assertTrue(e.getMessage().contains("in state D"), e.getMessage());
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
        assertEquals(List.of(), core.launcher.released());
        Command command = web.commands().get(0);
        assertEquals(JobState.STOPPED, command.state());
        assertTrue(command.why().contains("in state D"), command.why());
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Command>refused(answer -> core.commands.start(command, answer))
                        .code());
    }

    @Test
    void aRestartThatACrashInterruptedIsFinished() {
        Command a = core.run(web, CoreFixture.named("a", CoreFixture.policy(RestartPolicy.Policy.NEVER, 0, 0)));
        // It has been ended, and its successor is not on disk yet.
        core.launcher.keep(a.lastRecord()
                .orElseThrow()
                .ended(core.loop.wallMillis(), new ExitStatus.Signalled(15, false), EndedBy.USER.word()));
        core.launcher.vanish("a");
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(List.of("a"), next.launcher.launched());
    }
}
