package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.card.StopSpec;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.UsageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A process that the test ends; it dies of SIGTERM unless it is told to ignore it. Every callback comes later. */
public final class FakeChild implements Child {
    private final Loop loop;
    private final int pid;
    private final List<Consumer<ExitStatus>> whenExited = new ArrayList<>();
    private final List<Runnable> whenGone = new ArrayList<>();
    private final List<Integer> signals = new ArrayList<>();
    private Optional<ExitStatus> exit = Optional.empty();
    private Optional<ResourceTotals> totals = Optional.empty();
    private final List<String> freezes = new ArrayList<>();
    private final StopSpec stop;
    private Optional<Freezing> frozen = Optional.empty();
    private Freezing freezing = Freezing.GROUP;
    private Optional<String> remains = Optional.empty();
    private boolean goesItself;
    private boolean ignoresTerm;
    private boolean leaves;
    private boolean left;

    FakeChild(Loop loop, int pid, StopSpec stop) {
        this.loop = loop;
        this.pid = pid;
        this.stop = stop;
    }

    /** The same process as the next daemon sees it. */
    static FakeChild after(FakeChild before, Loop loop) {
        FakeChild next = new FakeChild(loop, before.pid, before.stop);
        next.frozen = before.frozen;
        next.left = before.left;
        next.exit = before.exit;
        return next;
    }

    /** It can only be kept from running in this way. */
    public void freezesBy(Freezing how) {
        freezing = how;
    }

    /** It does not go away, whatever is done. */
    public void isUnkillable() {
        remains = Optional.of("not gone: pid " + pid + " in state D");
    }

    /** It goes, and a descendant of it does not, whatever is done. */
    public void hasUnkillableChildren() {
        isUnkillable();
        goesItself = true;
    }

    /** It leaves descendants behind when it ends. */
    public void leavesChildren() {
        leaves = true;
    }

    /** Whether its descendants are still there after it. */
    public boolean left() {
        return left;
    }

    /** "freeze" and "thaw", in order. */
    public List<String> freezes() {
        return List.copyOf(freezes);
    }

    /** It will have to be killed. */
    public void ignoreTerm() {
        ignoresTerm = true;
    }

    /** It ends with this code. */
    public void exit(int code) {
        exit(new ExitStatus.Exited(code));
    }

    /** It ends so. */
    public void exit(ExitStatus status) {
        loop.execute(() -> exited(status));
    }

    private void exited(ExitStatus status) {
        if (exit.isPresent()) {
            return;
        }
        exit = Optional.of(status);
        frozen = Optional.empty();
        left = leaves && stop.detachedChildren() && whenGone.isEmpty();
        List.copyOf(whenExited).forEach(callback -> callback.accept(status));
        if (!left) {
            release();
        }
    }

    private void release() {
        List<Runnable> gone = List.copyOf(whenGone);
        whenGone.clear();
        loop.execute(() -> gone.forEach(Runnable::run));
    }

    /** The signals it got, in order. */
    public List<Integer> signals() {
        return List.copyOf(signals);
    }

    /** Whether it has not ended yet. */
    public boolean alive() {
        return exit.isEmpty();
    }

    /** What it will have used. */
    public void uses(ResourceTotals inAll) {
        totals = Optional.of(inAll);
    }

    @Override
    public Optional<ResourceTotals> totals() {
        return totals;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public long startTicks() {
        return pid * 10L;
    }

    @Override
    public void whenExited(Consumer<ExitStatus> callback) {
        if (exit.isPresent()) {
            callback.accept(exit.get());
        } else {
            whenExited.add(callback);
        }
    }

    @Override
    public void signal(int signal, Consumer<Integer> done) {
        signals.add(signal);
        loop.execute(() -> done.accept(1));
    }

    @Override
    public void freeze(Answer<Freezing> answer) {
        freezes.add("freeze");
        frozen = Optional.of(freezing);
        loop.execute(() -> answer.ok(freezing));
    }

    @Override
    public void thaw(Runnable done) {
        freezes.add("thaw");
        frozen = Optional.empty();
        loop.execute(done);
    }

    @Override
    public Optional<Freezing> frozen() {
        return frozen;
    }

    @Override
    public Optional<String> remains() {
        return signals.contains(9) ? remains : Optional.empty();
    }

    @Override
    public void whenGone(Runnable callback) {
        if (exit.isPresent() && !left) {
            callback.run();
        } else {
            whenGone.add(callback);
        }
    }

    @Override
    public void end(Duration grace, Runnable gone) {
        if (exit.isPresent() && !left) {
            gone.run();
            return;
        }
        whenGone.add(gone);
        if (left) {
            signals.add(stop.firstSignal());
            left = false;
            release();
            return;
        }
        if (remains.isPresent()) {
            signals.add(9);
            if (goesItself) {
                exited(new ExitStatus.Signalled(9, false));
            }
            release();
            return;
        }
        if (grace.isZero()) {
            signals.add(9);
            exit(new ExitStatus.Signalled(9, false));
            return;
        }
        signals.add(stop.firstSignal());
        if (ignoresTerm) {
            loop.schedule(grace, this::kill);
        } else {
            exit(new ExitStatus.Signalled(stop.firstSignal(), false));
        }
    }

    private void kill() {
        if (exit.isEmpty()) {
            signals.add(9);
            exit(new ExitStatus.Signalled(9, false));
        }
    }

    @Override
    public UsageSource usageSource() {
        return new UsageSource.Tree("pid-" + pid, Optional.empty(), Optional.empty());
    }
}
