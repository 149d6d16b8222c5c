package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private static final int MOST = 3;

    private final ManualLoop loop = new ManualLoop();
    private final List<String> done = new ArrayList<>();
    private int room;
    private final Backlog backlog = new Backlog(loop, this::take, MOST);

    private void take(Runnable task) {
        if (room == 0) {
            throw new ShipoteException(ErrorCode.BUSY, "full", Map.of());
        }
        room--;
        task.run();
    }

    private void hand(String... names) {
        for (String name : names) {
            backlog.execute(() -> done.add(name));
        }
    }

    private void lookAgain(int now) {
        room = now;
        loop.advance(Backlog.PAUSE);
    }

    @Test
    void whatFindsRoomIsDoneAtOnce() {
        room = 2;
        hand("a", "b");
        assertEquals(List.of("a", "b"), done);
        assertEquals(0, loop.timers());
    }

    @Test
    void whatFindsNoRoomIsDoneLaterAndInOrder() {
        hand("a", "b");
        room = 1;
        hand("c");
        assertEquals(List.of(), done);
        lookAgain(2);
        assertEquals(List.of("a", "b"), done);
        lookAgain(1);
        assertEquals(List.of("a", "b", "c"), done);
        assertEquals(0, loop.timers());
        room = 1;
        hand("d");
        assertEquals(List.of("a", "b", "c", "d"), done);
    }

    @Test
    void whatIsNewIsRefusedWhileAnythingWaits() {
        hand("a");
        room = 2;
        assertEquals(
                ErrorCode.BUSY,
                assertThrows(ShipoteException.class, () -> backlog.begin(() -> done.add("new")))
                        .code());
        lookAgain(2);
        backlog.begin(() -> done.add("new"));
        assertEquals(List.of("a", "new"), done);
    }

    @Test
    void itHasABound() {
        hand("a", "b", "c");
        assertEquals(
                ErrorCode.BUSY,
                assertThrows(ShipoteException.class, () -> hand("d")).code());
        lookAgain(MOST);
        assertEquals(List.of("a", "b", "c"), done);
    }

    /** The stop signal finds no room: the grace begins all the same, and the end is noticed. */
    @Test
    void aTreeIsEndedHoweverMuchWaits() {
        FakeContainment members = new FakeContainment(7);
        ProcessTree tree = new ProcessTree(loop, backlogOfAny(), members, () -> "pid " + members.pids, 15);
        tree.leaderGone(true);
        tree.end(Duration.ofSeconds(3), () -> done.add("gone"));
        loop.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), members.done);
        room = Integer.MAX_VALUE;
        loop.advance(Duration.ofSeconds(10));
        assertEquals(List.of("signal 15", "kill", "remove"), members.done);
        assertEquals(List.of("gone"), done);
    }

    private Backlog backlogOfAny() {
        return new Backlog(loop, this::take);
    }
}
