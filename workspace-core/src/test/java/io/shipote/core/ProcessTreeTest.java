package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.core.linux.Freezing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessTreeTest {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final int SIGINT = 2;

    private final ManualLoop loop = new ManualLoop();
    private final FakeContainment members = new FakeContainment(7, 8);
    private final ProcessTree tree = new ProcessTree(loop, loop, members, () -> "pid " + members.pids, SIGINT);
    private final List<String> told = new ArrayList<>();

    private ProcessTree tree() {
        tree.whenGone(() -> told.add("gone"));
        return tree;
    }

    private void pass(long millis) {
        loop.advance(Duration.ofMillis(millis));
        loop.run();
    }

    @Test
    void anEndWithNothingLeftCostsOneLook() {
        members.pids.clear();
        tree().leaderGone(false);
        loop.run();
        assertEquals(List.of("gone"), told);
        assertEquals(1, members.looks);
        assertEquals(List.of("remove"), members.done);
        assertEquals(0, loop.timers());
    }

    @Test
    void whatStaysBehindIsEndedByTheStopSignalAndThenKilled() {
        tree().leaderGone(false);
        pass(0);
        assertEquals(List.of("signal 2"), members.done);
        pass(ProcessTree.LEFTOVER_GRACE.toMillis() - 1);
        assertEquals(List.of("signal 2"), members.done);
        pass(1);
        assertEquals(List.of("signal 2", "kill", "remove"), members.done);
        assertEquals(List.of("gone"), told);
        assertEquals(0, loop.timers());
    }

    @Test
    void whatIsToBeLeftAloneIsLeftAloneUntilItIsEnded() {
        tree().leaderGone(true);
        pass(3_600_000);
        assertEquals(List.of(), members.done);
        assertTrue(members.looks < 3_600, "looked at " + members.looks + " times in an hour");
        tree.end(GRACE, () -> told.add("done"));
        pass(0);
        assertEquals(List.of("signal 2"), members.done);
        members.pids.clear();
        pass(GRACE.toMillis() - 1);
        assertEquals(List.of("done", "gone"), told);
        assertEquals(0, loop.timers());
    }

    @Test
    void whatIsForkedDuringTheKillIsKilledToo() {
        members.forksLeft = 3;
        tree().leaderGone(false);
        tree.end(Duration.ZERO, () -> told.add("done"));
        pass(2_000);
        assertEquals(List.of("done", "gone"), told);
        assertTrue(members.done.stream().filter("kill"::equals).count() > 3, members.done::toString);
    }

    @Test
    void whatCannotBeKilledIsToldAfterABoundAndMayStillGo() {
        members.immortal = true;
        tree().end(GRACE, () -> told.add("done"));
        tree.leaderGone(false);
        pass(GRACE.plus(ProcessTree.UNKILLABLE).toMillis() - 1);
        assertEquals(List.of(), told);
        assertEquals(Optional.empty(), tree.remains());
        pass(1);
        assertEquals(List.of("done"), told);
        assertEquals(Optional.of("not gone 10 s after SIGKILL: pid [7, 8]"), tree.remains());
        members.pids.clear();
        pass(10_000);
        assertEquals(List.of("done", "gone"), told);
        assertEquals(Optional.empty(), tree.remains());
        assertEquals(0, loop.timers());
    }

    @Test
    void aMainProcessThatCannotBeKilledIsToldToo() {
        members.immortal = true;
        tree().end(Duration.ZERO, () -> told.add("done"));
        pass(ProcessTree.UNKILLABLE.toMillis());
        assertEquals(List.of("done"), told);
        tree.end(Duration.ZERO, () -> told.add("again"));
        pass(ProcessTree.UNKILLABLE.toMillis());
        assertEquals(List.of("done", "again"), told);
    }

    @Test
    void whatCannotBeSeenIsNotTakenForGone() {
        members.unreadable = true;
        tree().leaderGone(false);
        pass(60_000);
        assertEquals(List.of(), told);
        members.unreadable = false;
        pass(60_000);
        assertEquals(List.of("gone"), told);
    }

    @Test
    void whatIsFrozenGetsTheSignalAndIsThawed() {
        tree().freeze(Answer.of(how -> told.add(how.word()), e -> {}));
        loop.run();
        assertEquals(List.of("frozen"), told);
        assertEquals(Optional.of(Freezing.GROUP), tree.frozen());
        tree.end(GRACE, () -> {});
        loop.run();
        assertEquals(List.of("freeze", "signal 2", "thaw"), members.done);
        assertEquals(Optional.empty(), tree.frozen());
    }

    @Test
    void whatIsFrozenIsKilledAsItIs() {
        tree().freeze(Answer.of(how -> {}, e -> {}));
        tree.end(Duration.ZERO, () -> {});
        loop.run();
        assertEquals(List.of("freeze", "kill"), members.done);
    }

    @Test
    void whatCouldNotBeFrozenRunsOn() {
        members.unreadable = true;
        tree().freeze(Answer.of(how -> told.add("frozen"), e -> told.add(e.code() + " " + e.getMessage())));
        loop.run();
        assertEquals(List.of(ErrorCode.INTERNAL + " its processes could not be frozen: refused"), told);
        assertEquals(List.of("freeze", "thaw"), members.done);
        assertEquals(Optional.empty(), tree.frozen());
    }

    @Test
    void theWallClockHasNoPartInIt() {
        tree().end(GRACE, () -> {});
        tree.leaderGone(false);
        loop.run();
        loop.shiftWall(Duration.ofDays(-365));
        pass(GRACE.toMillis() - 1);
        loop.shiftWall(Duration.ofDays(800));
        loop.run();
        assertEquals(List.of("signal 2"), members.done);
        pass(1);
        assertEquals(List.of("signal 2", "kill", "remove"), members.done);
    }
}
