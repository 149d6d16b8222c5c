package io.shipote.core;

import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Freezing;
import java.util.List;
import java.util.Optional;

/** Freezes several runs as one: all or none. Confined to the loop thread. */
final class Freezer {
    private final List<Run> runs;
    private Freezing how = Freezing.GROUP;
    private Optional<ShipoteException> failure = Optional.empty();

    private Freezer(List<Run> runs) {
        this.runs = List.copyOf(runs);
    }

    /** The answer has the weakest way in which one of them is kept from running. */
    static void freeze(List<Run> runs, Answer<Freezing> answer) {
        Freezer freezer = new Freezer(runs);
        Countdown left = new Countdown(runs.size(), () -> freezer.answer(answer));
        freezer.runs.forEach(run -> run.freeze(Answer.of(
                one -> {
                    freezer.how = one == Freezing.SIGNAL ? one : freezer.how;
                    left.one();
                },
                e -> {
                    freezer.failure = Optional.of(e);
                    left.one();
                })));
    }

    private void answer(Answer<Freezing> answer) {
        if (failure.isEmpty()) {
            answer.ok(how);
        } else {
            thaw(runs, () -> answer.fail(failure.get()));
        }
    }

    static void thaw(List<Run> runs, Runnable done) {
        Countdown left = new Countdown(runs.size(), done);
        List.copyOf(runs).forEach(run -> run.thaw(left::one));
    }
}
