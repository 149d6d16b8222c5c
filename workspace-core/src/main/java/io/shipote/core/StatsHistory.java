package io.shipote.core;

import io.shipote.card.Shape;
import io.shipote.card.StatsSample;
import io.shipote.card.U64;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The latest stats of one workspace, oldest first. Confined to the loop thread. */
public final class StatsHistory {
    /** Samples kept in memory: ten minutes at one a second. */
    public static final int CAPACITY = 600;

    /** Samples that go into the snapshot. */
    public static final int PERSISTED = 16;

    private static final String FROM_SNAPSHOT = "persisted";
    private static final long USEC_PER_NANO_PERCENT = 100_000;

    /** One sample, when it was taken (Unix milliseconds) and where the figures come from. */
    public record Entry(long atMs, String source, StatsSample sample) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private boolean fresh;
    private long lastNanos;
    private OptionalLong lastCpu = OptionalLong.empty();

    /** Takes the samples of a snapshot over. */
    public void restore(List<StatsSample> samples) {
        samples.forEach(sample -> add(new Entry(0, FROM_SNAPSHOT, sample)));
        fresh = false;
    }

    /** Adds what has just been read; the share of processor time is that since the sample before, 100 = one core. */
    public Entry add(Usage usage, long nanoTime, long atMs, long alive, long total, int cores, long uptimeMs) {
        Optional<Float> percent = Optional.empty();
        if (usage.cpuUsec().isPresent() && lastCpu.isPresent() && nanoTime > lastNanos) {
            long used = Math.max(0, usage.cpuUsec().getAsLong() - lastCpu.getAsLong());
            percent = Optional.of((float) ((double) used * USEC_PER_NANO_PERCENT / (nanoTime - lastNanos)));
        }
        lastCpu = usage.cpuUsec();
        lastNanos = nanoTime;
        StatsSample sample = new StatsSample(
                alive,
                total,
                u64(usage.memoryBytes()),
                u64(usage.memoryPeakBytes()),
                u64(usage.cpuUsec()),
                percent,
                cores,
                U64.of(Math.max(0, uptimeMs)),
                Shape.NEW);
        Entry entry = new Entry(atMs, usage.source(), sample);
        add(entry);
        return entry;
    }

    private void add(Entry entry) {
        if (entries.size() == CAPACITY) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        fresh = true;
    }

    private static Optional<U64> u64(OptionalLong value) {
        return value.isPresent() ? Optional.of(U64.of(Math.max(0, value.getAsLong()))) : Optional.empty();
    }

    /** The last so many entries, oldest first; all for 0. */
    public List<Entry> tail(long count) {
        List<Entry> all = new ArrayList<>(entries);
        int from = count <= 0 || count >= all.size() ? 0 : (int) (all.size() - count);
        return all.subList(from, all.size());
    }

    public Optional<Entry> last() {
        return Optional.ofNullable(entries.peekLast());
    }

    /** What goes into the snapshot. */
    public List<StatsSample> persisted() {
        return tail(PERSISTED).stream().map(Entry::sample).toList();
    }

    /** Whether samples have come since the last call; clears the mark. */
    public boolean takeFresh() {
        boolean was = fresh;
        fresh = false;
        return was;
    }
}
