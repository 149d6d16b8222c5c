package io.shipote.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads at an interval what every workspace with live processes uses, and adds it to its history: the group's own
 * figures where it has a cgroup, else the sum over its processes. The loop says what is to be read, the sampler's
 * thread reads, the loop gets the figures. Confined to the loop, but for {@link #read}.
 */
public final class Sampler {
    private final Host host;
    private final Workspaces workspaces;
    private final Worker worker;
    private final Duration interval;
    private final Map<Workspace, List<Consumer<StatsHistory.Entry>>> watchers = new HashMap<>();
    private boolean reading;

    /** @param worker where the reading, which blocks, is done */
    public Sampler(Host host, Workspaces workspaces, Worker worker, Duration interval) {
        this.host = host;
        this.workspaces = workspaces;
        this.worker = worker;
        this.interval = interval;
    }

    private record Target(Workspace workspace, Optional<Probe> group, List<Probe> runs) {}

    private record Reading(Workspace workspace, Usage usage) {}

    public void start() {
        host.loop().schedule(interval, this::tick);
    }

    private void tick() {
        host.loop().schedule(interval, this::tick);
        // A reading that takes longer than the interval leaves ticks out; it never piles up.
        if (!reading) {
            sample(targets());
        }
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        for (Workspace workspace : workspaces.all()) {
            if (workspace.alive() > 0 || watchers.containsKey(workspace)) {
                targets.add(target(workspace));
            }
        }
        return targets;
    }

    private static Target target(Workspace workspace) {
        List<Probe> runs = new ArrayList<>();
        workspace.jobs().forEach(job -> job.liveRuns().forEach(run -> runs.add(run.probe())));
        return new Target(workspace, workspace.probe(), runs);
    }

    private void sample(List<Target> targets) {
        if (targets.isEmpty()) {
            return;
        }
        reading = true;
        worker.execute(() -> {
            List<Reading> readings = new ArrayList<>(targets.size());
            for (Target target : targets) {
                readings.add(new Reading(target.workspace(), read(target)));
            }
            host.loop().execute(() -> {
                reading = false;
                add(readings);
            });
        });
    }

    /** On the sampler's thread. */
    private static Usage read(Target target) {
        Usage group = target.group().map(Probe::read).orElse(Usage.NONE);
        if (group.memoryBytes().isPresent() && group.cpuUsec().isPresent()) {
            return group;
        }
        Usage sum = Usage.NONE;
        for (Probe run : target.runs()) {
            sum = plus(sum, run.read());
        }
        return new Usage(
                first(group.memoryBytes(), sum.memoryBytes()),
                first(group.memoryPeakBytes(), sum.memoryPeakBytes()),
                first(group.cpuUsec(), sum.cpuUsec()),
                first(group.pids(), sum.pids()),
                group.oomKills(),
                group.cpuUsec().isPresent() || group.memoryBytes().isPresent() ? "cgroup" : sum.source());
    }

    private static OptionalLong first(OptionalLong one, OptionalLong other) {
        return one.isPresent() ? one : other;
    }

    private static Usage plus(Usage a, Usage b) {
        return new Usage(
                plus(a.memoryBytes(), b.memoryBytes()),
                plus(a.memoryPeakBytes(), b.memoryPeakBytes()),
                plus(a.cpuUsec(), b.cpuUsec()),
                plus(a.pids(), b.pids()),
                a.oomKills() + b.oomKills(),
                b.source());
    }

    private static OptionalLong plus(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return first(a, b);
        }
        return OptionalLong.of(a.getAsLong() + b.getAsLong());
    }

    private void add(List<Reading> readings) {
        long now = host.loop().nanoTime();
        long wall = host.loop().wallMillis();
        for (Reading one : readings) {
            Workspace workspace = one.workspace();
            StatsHistory.Entry entry = workspace
                    .history()
                    .add(
                            one.usage(),
                            now,
                            wall,
                            workspace.alive(),
                            workspace.jobs().size(),
                            host.cores(),
                            workspace.uptimeMs());
            List.copyOf(watchers.getOrDefault(workspace, List.of())).forEach(watcher -> watcher.accept(entry));
        }
    }

    /** Samples this workspace now, out of turn, and calls back when its history has the figures. */
    public void now(Workspace workspace, Runnable then) {
        Target target = target(workspace);
        worker.execute(() -> {
            Usage usage = read(target);
            host.loop().execute(() -> {
                add(List.of(new Reading(workspace, usage)));
                then.run();
            });
        });
    }

    /** Calls back with every new sample of the workspace; the returned task ends that. */
    public Runnable watch(Workspace workspace, Consumer<StatsHistory.Entry> watcher) {
        watchers.computeIfAbsent(workspace, w -> new ArrayList<>()).add(watcher);
        return () -> watchers.computeIfPresent(workspace, (w, all) -> {
            all.remove(watcher);
            return all.isEmpty() ? null : all;
        });
    }
}
