package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.UsageSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of this host and its tree. What the kernel tells about it comes through its pidfd. Confined to the loop.
 *
 * <p>It is gone when its main process has been waited for and nothing else of its tree is left. Descendants that stay
 * behind when the main process ends by itself are ended too, unless the run says otherwise.
 */
final class LinuxChild implements Child {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxChild.class);

    private final Loop loop;
    private final Executor blocking;
    private final PidFd pidfd;
    private final Origin origin;
    private final ProcessTree tree;
    private final UsageSource usage;
    private final List<Consumer<ExitStatus>> whenExited = new ArrayList<>();
    private Loop.Watch watch;
    private Optional<ExitStatus> exit = Optional.empty();
    private boolean dead;
    private boolean endAsked;

    /**
     * What is known of a process that is taken charge of.
     *
     * @param startTicks when it began, in clock ticks since boot
     * @param ours whether it is a child of this process, which only its parent can wait for
     * @param leave what is done instead of ending what stays behind, where that is to be left alone
     * @param killedBy what to say of a SIGKILL that nobody here sent; asked on the blocking thread
     */
    record Origin(long startTicks, boolean ours, Optional<Runnable> leave, UnaryOperator<ExitStatus> killedBy) {}

    LinuxChild(Loop loop, Executor blocking, PidFd pidfd, Origin origin, ProcessTree tree, UsageSource usage) {
        this.loop = loop;
        this.blocking = blocking;
        this.pidfd = pidfd;
        this.origin = origin;
        this.tree = tree;
        this.usage = usage;
    }

    /** Begins to watch it. */
    void watch(Reaping reaping) {
        Runnable notice = this::ready;
        watch = loop.watch(pidfd.fd(), Loop.Interest.READ, () -> reaping.execute(notice));
    }

    private void ready() {
        if (dead) {
            return;
        }
        try {
            Optional<ExitStatus> status = origin.ours() ? pidfd.reap() : pidfd.exitInfo();
            status.ifPresent(this::died);
        } catch (IOException e) {
            LOG.error("how process {} ended cannot be told", pid(), e);
            died(new ExitStatus.Unknown());
        }
    }

    private void died(ExitStatus status) {
        dead = true;
        watch.cancel();
        pidfd.close();
        boolean strange = status instanceof ExitStatus.Signalled it && it.signal() == Signals.KILL && !tree.killed();
        if (!strange) {
            exited(status);
            return;
        }
        blocking.execute(() -> {
            ExitStatus told = origin.killedBy().apply(status);
            loop.execute(() -> exited(told));
        });
    }

    private void exited(ExitStatus status) {
        exit = Optional.of(status);
        if (endAsked || origin.leave().isEmpty()) {
            tree.leaderGone(false);
        } else {
            origin.leave().get().run();
        }
        List<Consumer<ExitStatus>> waiting = List.copyOf(whenExited);
        whenExited.clear();
        waiting.forEach(callback -> callback.accept(status));
    }

    @Override
    public void end(Duration grace, Runnable done) {
        endAsked = true;
        tree.end(grace, done);
    }

    @Override
    public void signal(int signal, Consumer<Integer> done) {
        tree.signal(signal, done);
    }

    @Override
    public void freeze(Answer<Freezing> answer) {
        tree.freeze(answer);
    }

    @Override
    public void thaw(Runnable done) {
        tree.thaw(done);
    }

    @Override
    public Optional<Freezing> frozen() {
        return tree.frozen();
    }

    @Override
    public Optional<String> remains() {
        return tree.remains();
    }

    @Override
    public void whenGone(Runnable callback) {
        tree.whenGone(callback);
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
    public Optional<ResourceTotals> totals() {
        return pidfd.totals();
    }

    @Override
    public int pid() {
        return pidfd.pid();
    }

    @Override
    public long startTicks() {
        return origin.startTicks();
    }

    @Override
    public UsageSource usageSource() {
        return usage;
    }
}
