package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shipote.card.CommandRef;
import io.shipote.card.ExitPolicy;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceIn;
import io.shipote.card.wire.WorkspaceStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workspaces on this host: their groups, limits, deadlines and names. */
@Tag("cgroup2")
@Timeout(60)
class WorkspaceIT {
    private static final long MIB = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static DaemonHarness daemon;
    private static Room room;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static Map<String, Applied.Outcome> create(WorkspaceSpec spec) {
        CreateWorkspaceOut made = daemon.client().workspaces().create(spec);
        daemon.remember(made.id());
        made.applied().stream()
                .filter(a -> a.outcome() != Applied.Outcome.APPLIED)
                .forEach(a -> assertFalse(a.why().orElse("").isBlank(), () -> a.item() + " without a reason"));
        return made.applied().stream().collect(Collectors.toMap(Applied::item, Applied::outcome));
    }

    private static void assumeApplied(String label, String item) {
        boolean applied = daemon.client().workspaces().show(label).applied().stream()
                .anyMatch(a -> a.item().equals(item) && a.outcome() == Applied.Outcome.APPLIED);
        assumeTrue(applied, item + " is not applied on this host: no writable group with its controller");
    }

    @Test
    void everyLimitIsAnsweredForAndItsProcessesAreInTheGroup() {
        Map<String, Applied.Outcome> applied = create(Specs.limited("grouped", 64 * MIB, 20));
        assertEquals(Map.of("rlimits.mem_bytes", 0, "rlimits.nproc", 0).keySet(), applied.keySet());
        assumeApplied("grouped", "rlimits.mem_bytes");
        String id = daemon.client().workspaces().show("grouped").workspace().id();
        RunOut run = room.run("grouped", Specs.command("sleep", "600"));
        assertTrue(Processes.cgroup(run.pid()).contains("/shipote/" + id), Processes.cgroup(run.pid()));
        assertEquals(
                Optional.of(String.valueOf(64 * MIB)), Processes.groupFile(id, "memory.max", "memory.limit_in_bytes"));
        assertEquals(Optional.of("20"), Processes.groupFile(id, "pids.max"));
    }

    @Test
    void memoryBeyondTheLimitKillsTheHogAndNobodyElse() {
        create(Specs.limited("hog", 48 * MIB, 50));
        assumeApplied("hog", "rlimits.mem_bytes");
        RunOut bystander = room.run("hog", Specs.command("sleep", "600"));
        WaitOut hog = room.ended("hog", Specs.command("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"));
        assertEquals(137, hog.status(), hog::toString);
        assertTrue(Processes.alive(bystander.pid()));
    }

    @Test
    void processesBeyondTheLimitCannotBeMade() {
        create(Specs.limited("crowded", 64 * MIB, 5));
        assumeApplied("crowded", "rlimits.nproc");
        String script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2 & done; wait; echo all";
        RunOut run = room.run("crowded", Specs.shell(script));
        room.await(run.id());
        assertTrue(room.logs(run.id(), "stderr", 0)
                .toLowerCase(java.util.Locale.ROOT)
                .contains("fork"));
    }

    @Test
    void whatCannotBeAppliedIsSaidAndStrictRefusesIt() {
        WorkspaceSpec spec = WorkspaceSpec.of("pinned");
        WorkspaceSpec pinned = spec.withSoma(spec.soma().withCpuAffinity(Optional.of(List.of(8_000L))));
        CreateWorkspaceIn strict = new CreateWorkspaceIn(pinned.encode(), Optional.of(true));
        ShipoteException e = Room.refused(
                ErrorCode.NOT_APPLIED, () -> daemon.client().workspaces().create(strict));
        assertTrue(e.getMessage().contains("cpu_affinity"), e.getMessage());
        assertEquals(Applied.Outcome.DEGRADED, create(pinned).get("cpu_affinity"));
    }

    @Test
    void aTtlThatEndsReapsTheWorkspaceWithItsProcesses() {
        String id = room.workspace(WorkspaceSpec.of("brief").withTtlMs(Optional.of(U64.of(700))));
        RunOut run = room.run(id, Specs.command("sleep", "600"));
        WaitOut end = room.await(run.id());
        assertEquals("stopped", end.state(), end::toString);
        await().atMost(SOON).until(() -> !labels().contains("brief"));
        assertFalse(Processes.alive(run.pid()));
        assertEquals(List.of(), Processes.groups(id));
        assertFalse(Files.exists(daemon.state().resolve("runs").resolve(id)));
    }

    @Test
    void aTtlThatEndsWithKeepStopsTheWorkspaceAndMoreTtlRevivesIt() {
        String id = room.workspace(
                WorkspaceSpec.of("kept").withTtlMs(Optional.of(U64.of(500))).withOnExit(ExitPolicy.KEEP));
        RunOut run = room.run(id, Specs.command("sleep", "600"));
        room.await(run.id());
        await().atMost(SOON).until(() -> status(id).state() == WorkspaceStatus.State.STOPPED);
        Room.refused(ErrorCode.WRONG_STATE, () -> room.run(id, Specs.command("true")));
        daemon.client().workspaces().set(new SetWorkspaceIn(id, Optional.of(60_000L), Optional.empty()));
        assertEquals(0, room.ended(id, Specs.command("true")).status());
        assertEquals(WorkspaceStatus.State.ACTIVE, status(id).state());
    }

    @Test
    void aStoppedWorkspaceKeepsItsRunsAndADeletedOneKeepsNothing() {
        String id = room.workspace("twice");
        RunOut run = room.run(id, Specs.shell("echo kept; exec sleep 600"));
        await().atMost(SOON).until(() -> room.logs(run.id()).equals("kept\n"));
        assertEquals(1, daemon.client().workspaces().stop(id, Optional.empty()).ended());
        assertFalse(Processes.alive(run.pid()));
        assertEquals("kept\n", room.logs(run.id()));
        Path runs = daemon.state().resolve("runs").resolve(id);
        assertTrue(Files.isDirectory(runs));
        daemon.client().workspaces().delete(id, Optional.empty());
        assertFalse(Files.exists(runs));
        assertEquals(List.of(), Processes.groups(id));
        Room.refused(ErrorCode.NOT_FOUND, () -> status(id));
    }

    @Test
    void labelsAreUniqueAndNotBlankAndTheirPlaceIsNamed() {
        String id = room.workspace("single");
        ShipoteException taken = Room.refused(ErrorCode.ALREADY_EXISTS, () -> room.workspace("single"));
        assertEquals("\"" + id + "\"", String.valueOf(taken.fields().get("id")));
        ShipoteException blank = Room.refused(ErrorCode.INVALID_SPEC, () -> room.workspace(" "));
        assertTrue(String.valueOf(blank.fields().get("problems")).contains("label"), blank::toString);
        daemon.client().workspaces().delete(id, Optional.empty());
        room.workspace("single");
    }

    @Test
    void anUnreadableSpecNamesAllThatIsWrong() {
        var spec = JsonNodeFactory.instance.objectNode().put("label", 5).put("ttl", "soon");
        ShipoteException e = Room.refused(
                ErrorCode.INVALID_SPEC,
                () -> daemon.client().workspaces().create(new CreateWorkspaceIn(spec, Optional.empty())));
        String problems = String.valueOf(e.fields().get("problems"));
        assertTrue(problems.contains("label") && problems.contains("ttl"), problems);
    }

    @Test
    void aTargetIsAnIdALabelOrAUniquePrefix() {
        String id = room.workspace("north");
        String other = room.workspace("south");
        assertEquals(id, status("north").id());
        assertEquals(id, status(id.toLowerCase(java.util.Locale.ROOT)).id());
        assertEquals(id, status(id.substring(0, 25)).id());
        ShipoteException e = Room.refused(ErrorCode.AMBIGUOUS, () -> status(id.substring(0, 6)));
        String candidates = String.valueOf(e.fields().get("candidates"));
        assertTrue(candidates.contains(id) && candidates.contains(other), candidates);
        Room.refused(ErrorCode.NOT_FOUND, () -> status(id.substring(0, 5)));
        Room.refused(ErrorCode.NOT_FOUND, () -> status("nowhere"));
    }

    @Test
    void idLabelAndDeadlineSurviveAKill() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            WorkspaceSpec spec = WorkspaceSpec.of("phönix").withTtlMs(Optional.of(U64.of(3_600_000)));
            own.room().workspace(spec);
            WorkspaceStatus before = own.client().workspaces().show("phönix").workspace();
            own.kill9();
            own.start();
            WorkspaceStatus after = own.client().workspaces().show("phönix").workspace();
            assertEquals(before.id(), after.id());
            assertEquals(before.deadlineMs(), after.deadlineMs());
            assertEquals(before.createdMs(), after.createdMs());
        }
    }

    private static WorkspaceStatus status(String target) {
        return daemon.client().workspaces().show(target).workspace();
    }

    private static List<String> labels() {
        return daemon.client().workspaces().list(Optional.empty(), Optional.of(1_000L)).workspaces().stream()
                .map(WorkspaceStatus::label)
                .toList();
    }

    private static Limits memoryAndPids(long memory, long pids) {
        return new Limits(
                Optional.of(memory),
                Optional.empty(),
                Optional.empty(),
                Optional.of(pids),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<Applied> set(String target, Limits limits, String... clear) {
        return daemon.client()
                .workspaces()
                .set(new SetWorkspaceIn(
                        target, Optional.empty(), Optional.empty(), Optional.of(limits), Optional.of(List.of(clear))))
                .applied()
                .orElseThrow();
    }

    @Test
    void limitsAreChangedAndTakenAwayWhileCommandsRun() {
        create(Specs.limited("elastic", 256 * MIB, 100));
        assumeApplied("elastic", "rlimits.mem_bytes");
        String id = status("elastic").id();
        RunOut run = room.run("elastic", Specs.command("sleep", "600"));
        assertEquals(
                List.of(Applied.applied("rlimits.mem_bytes"), Applied.applied("rlimits.nproc")),
                set("elastic", memoryAndPids(128 * MIB, 30)));
        assertEquals(
                Optional.of(String.valueOf(128 * MIB)), Processes.groupFile(id, "memory.max", "memory.limit_in_bytes"));
        assertEquals(Optional.of("30"), Processes.groupFile(id, "pids.max"));
        assertEquals(List.of(Applied.applied("rlimits.nproc")), set("elastic", Limits.NONE, "nproc"));
        assertEquals(Optional.of("max"), Processes.groupFile(id, "pids.max"));
        assertEquals(List.of(), set("elastic", Limits.NONE));
        assertTrue(Processes.alive(run.pid()));
        Room.refused(ErrorCode.INVALID_SPEC, () -> set("elastic", memoryAndPids(-1, 30)));
        Room.refused(ErrorCode.INVALID_SPEC, () -> set("elastic", memoryAndPids(MIB, 0)));
        Room.refused(ErrorCode.INVALID_SPEC, () -> set("elastic", Limits.NONE, "luck"));
        assertEquals(
                128 * MIB,
                daemon.client()
                        .workspaces()
                        .quota(id)
                        .limits()
                        .orElseThrow()
                        .memBytes()
                        .orElseThrow());
    }

    @Test
    void aCommandMayHaveLimitsOfItsOwn() {
        create(Specs.limited("roomy", 256 * MIB, 100));
        assumeApplied("roomy", "rlimits.mem_bytes");
        RunOut bystander = room.run("roomy", Specs.command("sleep", "600"));
        CommandRef hog =
                CommandRef.nativeCommand("hog", "dd", List.of("if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"));
        RunOut run = room.run(
                "roomy",
                hog.withSoma(hog.soma().withMemBytes(Optional.of(U64.of(24 * MIB))))
                        .encode());
        assertTrue(run.applied().contains(Applied.applied("soma.rlimits.mem_bytes")), run::toString);
        assertEquals(137, room.await(run.id()).status());
        assertTrue(Processes.alive(bystander.pid()));
        await().atMost(SOON).until(() -> Processes.groups(run.run()).isEmpty());
    }
}
