package io.shipote.core;

import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.Event;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads at an interval what every workspace with live processes uses, and each of its runs. The loop says what is to be
 * read, the sampler's thread reads, the loop gets the figures; the same few objects go to and fro, so that a sample
 * costs no memory. Confined to the loop, but for {@link #read}.
 */
public final class Sampler {
    /** Time between two readings of what is dear to read or changes slowly. */
    public static final Duration WHOLE_INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    private final Host host;
    private final Workspaces workspaces;
    private final Executor worker;
    private final Meters meters;
    private final Duration interval;
    private final Runnable tick = this::tick;
    private final Runnable read = this::read;
    private final Runnable deliver = this::deliver;
    private final Consumer<Run> addRun = run -> add(run.stats().gauge());
    /** What is sampled, so that it can be let go when it is no longer. */
    private final List<Gauge> sampled = new ArrayList<>();
    /** The batch that is under way, and what is to be closed; the sampler's thread has them while {@link #reading}. */
    private final List<Gauge> batch = new ArrayList<>();

    private final List<Gauge> closing = new ArrayList<>();
    private final List<Workspace> asked = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean reading;
    private boolean whole;
    private long wholeNanos = Long.MIN_VALUE;
    private long round;
    private long failures;

    /**
     * @param worker where the reading, which blocks, is done
     * @param meters used on that thread only
     */
    public Sampler(Host host, Workspaces workspaces, Executor worker, Meters meters, Duration interval) {
        this.host = host;
        this.workspaces = workspaces;
        this.worker = worker;
        this.meters = meters;
        this.interval = interval;
    }

    public void start() {
        host.loop().schedule(interval, tick);
        host.events().subscribe(this::touch);
    }

    private void touch(Event event) {
        event.workspace().map(WorkspaceId::parse).flatMap(workspaces::byId).ifPresent(w -> w.stats()
                .touch());
    }

    /** Time between two samples. */
    public Duration interval() {
        return interval;
    }

    private void tick() {
        host.loop().schedule(interval, tick);
        // A reading that takes longer than the interval leaves ticks out; it never piles up.
        if (reading) {
            return;
        }
        long now = host.loop().nanoTime();
        whole = wholeNanos == Long.MIN_VALUE || now - wholeNanos >= WHOLE_INTERVAL.toNanos();
        wholeNanos = whole ? now : wholeNanos;
        round++;
        for (Workspace workspace : workspaces.all()) {
            boolean touched = workspace.stats().takeTouched();
            if (touched || workspace.stats().watched() || workspace.busy()) {
                add(workspace, touched);
            }
        }
        letGo();
        begin();
    }

    private void add(Workspace workspace, boolean touched) {
        boolean all = whole;
        whole = all || workspace.stats().needsMemoryOfRuns();
        for (Job job : workspace.jobs()) {
            job.forEachLive(addRun);
        }
        whole = all || touched;
        // Behind its runs: what its group does not count is their sum.
        add(workspace.stats().gauge());
        whole = all;
    }

    private void add(Gauge gauge) {
        if (gauge.round() == round) {
            return;
        }
        if (gauge.round() == 0) {
            sampled.add(gauge);
        }
        gauge.ask(round, whole);
        batch.add(gauge);
    }

    /** What was not asked for in this round is not sampled any more. */
    private void letGo() {
        int kept = 0;
        for (int i = 0; i < sampled.size(); i++) {
            Gauge gauge = sampled.get(i);
            if (gauge.round() == round) {
                sampled.set(kept++, gauge);
            } else {
                gauge.rest();
                closing.add(gauge);
            }
        }
        for (int i = sampled.size() - 1; i >= kept; i--) {
            sampled.remove(i);
        }
    }

    private void begin() {
        if (!batch.isEmpty() || !closing.isEmpty()) {
            worker.execute(read);
            reading = true;
        }
    }

    /** On the sampler's thread. */
    private void read() {
        try {
            meters.begin();
            for (int i = 0; i < closing.size(); i++) {
                closing.get(i).close();
            }
            for (int i = 0; i < batch.size(); i++) {
                read(batch.get(i));
            }
        } finally {
            host.loop().execute(deliver);
        }
    }

    private void read(Gauge gauge) {
        try {
            gauge.read(meters);
        } catch (ErrnoException e) {
            failures++;
            // Every second for every group, if descriptors are short: the first ones of a series say it all.
            if (Long.bitCount(failures) == 1) {
                LOG.warn("a sample could not be taken ({} in all): {}", failures, e.getMessage());
            }
        }
    }

    private void deliver() {
        reading = false;
        long now = host.loop().nanoTime();
        long wall = host.loop().wallMillis();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).deliver(now, wall);
        }
        batch.clear();
        closing.clear();
        List<Runnable> answered = List.copyOf(waiting);
        waiting.clear();
        answered.forEach(Runnable::run);
        if (!asked.isEmpty()) {
            beginAsked();
        }
    }

    /** Samples this workspace and its runs now, out of turn and wholly, and calls back when that is done. */
    public void now(Workspace workspace, Runnable then) {
        asked.add(workspace);
        if (reading) {
            waiting.add(() -> waiting.add(then));
        } else {
            waiting.add(then);
            beginAsked();
        }
    }

    private void beginAsked() {
        whole = true;
        round++;
        asked.forEach(workspace -> add(workspace, true));
        asked.clear();
        // The others are still sampled, with the next tick.
        for (int i = 0; i < sampled.size(); i++) {
            sampled.get(i).stay(round);
        }
        begin();
    }
}
