package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Something supervised of which the test says how it goes. */
final class FakeWork implements Supervisor.Work {
    final ManualLoop loop = new ManualLoop();
    final List<JobState> states = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    final Supervisor supervisor;
    final List<String> remains = new ArrayList<>();
    int launches;
    private Runnable gone = () -> {
        throw new AssertionError("nobody ended it");
    };

    FakeWork(SupervisionPolicy policy) {
        supervisor = new Supervisor(loop, this, policy, () -> 0.5);
    }

    @Override
    public void launch() {
        launches++;
    }

    @Override
    public void end(EndedBy by, Duration grace, Runnable whenGone) {
        ends.add(by.word() + " " + grace.toMillis());
        gone = whenGone;
    }

    @Override
    public List<Run> liveRuns() {
        return List.of();
    }

    @Override
    public List<String> remains() {
        return remains;
    }

    @Override
    public void changed(JobState state) {
        states.add(state);
    }

    /** Starts it, and it runs. */
    FakeWork running() {
        supervisor.start();
        supervisor.launched();
        return this;
    }

    void fail() {
        supervisor.ended(Supervisor.Ending.BADLY, "exit 1");
    }

    void launchFails() {
        supervisor.launchFailed(new ShipoteException(ErrorCode.NOT_STARTED, "no such file"));
    }

    /** What was ended is gone. */
    void gone() {
        gone.run();
    }

    void pass(long millis) {
        loop.advance(Duration.ofMillis(millis));
    }

    JobState state() {
        return supervisor.state();
    }
}
