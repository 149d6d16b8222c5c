package io.shipote.core;

import io.shipote.card.ExitStatus;
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
    private boolean ignoresTerm;

    FakeChild(Loop loop, int pid) {
        this.loop = loop;
        this.pid = pid;
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
        List.copyOf(whenExited).forEach(callback -> callback.accept(status));
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
    public void end(Duration grace, Runnable gone) {
        if (exit.isPresent()) {
            gone.run();
            return;
        }
        whenGone.add(gone);
        if (grace.isZero()) {
            signals.add(9);
            exit(new ExitStatus.Signalled(9, false));
            return;
        }
        signals.add(15);
        if (ignoresTerm) {
            loop.schedule(grace, this::kill);
        } else {
            exit(new ExitStatus.Signalled(15, false));
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
