package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.UsageSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of this host and its tree. What the kernel tells about it comes through its pidfd; what blocks (looking
 * at its group, signalling its members) is done on the launcher's thread. Otherwise confined to the loop.
 *
 * <p>It is gone when its main process has been waited for and nothing else of its tree is left. Descendants that stay
 * behind when the main process ends by itself are ended too.
 */
final class LinuxChild implements Child {
    /** What descendants that stay behind get between SIGTERM and SIGKILL. */
    static final Duration LEFTOVER_GRACE = Duration.ofSeconds(1);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int MAX_LOOKS = 500;
    private static final Logger LOG = LoggerFactory.getLogger(LinuxChild.class);

    private final Loop loop;
    private final Worker worker;
    private final PidFd pidfd;
    private final long startTicks;
    private final boolean ours;
    private final Containment containment;
    private final List<Consumer<ExitStatus>> whenExited = new ArrayList<>();
    private final Waiters whenGone = new Waiters();
    private Loop.Watch watch;
    private Loop.Timer killTimer;
    private Optional<ExitStatus> exit = Optional.empty();
    private boolean gone;
    private int looks;

    /** @param ours whether it is a child of this process, which only its parent can wait for */
    LinuxChild(Loop loop, Worker worker, PidFd pidfd, long startTicks, boolean ours, Containment containment) {
        this.loop = loop;
        this.worker = worker;
        this.pidfd = pidfd;
        this.startTicks = startTicks;
        this.ours = ours;
        this.containment = containment;
    }

    /** Begins to watch it. */
    void watch() {
        watch = loop.watch(pidfd.fd(), Loop.Interest.READ, this::ready);
    }

    private void ready() {
        if (exit.isPresent()) {
            return;
        }
        try {
            Optional<ExitStatus> status = ours ? pidfd.reap() : pidfd.exitInfo();
            status.ifPresent(this::exited);
        } catch (IOException e) {
            LOG.error("how process {} ended cannot be told", pid(), e);
            exited(new ExitStatus.Unknown());
        }
    }

    private void exited(ExitStatus status) {
        exit = Optional.of(status);
        watch.cancel();
        List<Consumer<ExitStatus>> waiting = List.copyOf(whenExited);
        whenExited.clear();
        waiting.forEach(callback -> callback.accept(status));
        look();
    }

    /** Looks whether anything is left of the tree. */
    private void look() {
        worker.execute(() -> {
            boolean empty = empty();
            loop.execute(() -> looked(empty));
        });
    }

    private boolean empty() {
        try {
            return containment.empty();
        } catch (IOException e) {
            LOG.warn("what is left of process {} cannot be seen", pid(), e);
            return true;
        }
    }

    private void looked(boolean empty) {
        if (gone) {
            return;
        }
        if (empty || looks++ > MAX_LOOKS) {
            finish(empty);
            return;
        }
        if (killTimer == null) {
            end(LEFTOVER_GRACE, () -> {});
        }
        loop.schedule(LOOK_AGAIN, this::look);
    }

    private void finish(boolean empty) {
        gone = true;
        if (killTimer != null) {
            killTimer.cancel();
        }
        if (!empty) {
            LOG.error("processes of the tree of {} do not go away, even by SIGKILL", pid());
        }
        pidfd.close();
        worker.execute(() -> attempt("clear up after", containment::remove));
        whenGone.release();
    }

    @Override
    public void end(Duration grace, Runnable whenDone) {
        if (gone) {
            whenDone.run();
            return;
        }
        whenGone.add(whenDone);
        if (killTimer != null) {
            killTimer.cancel();
        }
        if (grace.isZero()) {
            killTimer = loop.schedule(Duration.ZERO, this::kill);
            return;
        }
        worker.execute(() -> attempt("signal", () -> containment.signal(Signals.TERM)));
        killTimer = loop.schedule(grace, this::kill);
    }

    private void kill() {
        worker.execute(() -> attempt("kill", containment::kill));
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(String what, Action action) {
        try {
            action.run();
        } catch (IOException e) {
            LOG.warn("could not {} the tree of process {}", what, pid(), e);
        }
    }

    @Override
    public void signal(int signal, Consumer<Integer> done) {
        worker.execute(() -> {
            int count = 0;
            try {
                count = containment.pids().size();
                containment.signal(signal);
            } catch (IOException e) {
                LOG.warn("could not send signal {} to the tree of process {}", signal, pid(), e);
            }
            int signalled = count;
            loop.execute(() -> done.accept(signalled));
        });
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
        return startTicks;
    }

    @Override
    public UsageSource usageSource() {
        return containment.usageSource();
    }
}
