package io.shipote.core;

import io.shipote.card.Shape;
import io.shipote.card.StatsSample;
import io.shipote.card.U64;
import io.shipote.card.Word;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one workspace used: every sample for a while, and rolled up for longer. Memory is taken as samples come, 96 bytes
 * for each, {@link #MAX_ROWS} at most. Confined to the loop thread.
 */
public final class StatsHistory {
    /** How finely, and for how long. */
    public enum Tier implements Word {
        /** Every sample: ten minutes at one a second. */
        SECOND("1s", 1_000, 600),
        TEN_SECONDS("10s", 10_000, 720),
        MINUTE("60s", 60_000, 1_440);

        private final String word;
        private final long spanMs;
        private final int capacity;

        Tier(String word, long spanMs, int capacity) {
            this.word = word;
            this.spanMs = spanMs;
            this.capacity = capacity;
        }

        @Override
        public String word() {
            return word;
        }

        public long spanMs() {
            return spanMs;
        }

        /** Rows that are kept. */
        public int capacity() {
            return capacity;
        }
    }

    /** Rows in all tiers together. */
    public static final int MAX_ROWS = 600 + 720 + 1_440;

    /** Samples that go into the snapshot. */
    public static final int PERSISTED = 16;

    /** A clock that was set back by more than this makes the history begin anew. */
    static final long MAX_BEHIND_MS = 86_400_000;

    private final Rows samples = new Rows(StatsRow.WIDTH, Tier.SECOND.capacity());
    private final StatsTier tens = new StatsTier(Tier.TEN_SECONDS.spanMs(), Tier.TEN_SECONDS.capacity());
    private final StatsTier minutes = new StatsTier(Tier.MINUTE.spanMs(), Tier.MINUTE.capacity());
    private final StatsRow newest = new StatsRow();
    private final Stamps stamps = new Stamps();
    private final CpuShare share = new CpuShare();
    private final int[] unwritten = new int[Tier.values().length];
    private Supplier<List<StatsSample>> fromSnapshot = List::of;
    private boolean gap = true;
    private boolean fresh;

    /**
     * Takes the samples of a snapshot over; they count until there are better ones.
     *
     * @param ofSnapshot asked each time that they are wanted: as objects they are many times larger than as text, and
     *     most are never wanted
     */
    public void restore(Supplier<List<StatsSample>> ofSnapshot) {
        fromSnapshot = ofSnapshot;
    }

    /** Takes the rows of an earlier daemon over, each tier oldest first; what has been sampled since comes behind them. */
    void restoreRows(List<HistoryFormat.Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<StatsRow> since = all(Tier.SECOND);
        long before = Usage.UNKNOWN;
        long[] written = new long[Tier.values().length];
        Arrays.fill(written, Long.MIN_VALUE);
        fromSnapshot = List::of;
        clear();
        for (HistoryFormat.Row row : rows) {
            before = Math.max(before, row.numbers()[StatsRow.AT]);
            written[row.tier().ordinal()] = Math.max(written[row.tier().ordinal()], row.numbers()[StatsRow.AT]);
            rows(row.tier()).add(row.numbers());
        }
        stamps.from(before);
        // Since then the clock may have been set back.
        long shift = since.isEmpty() ? 0 : Math.max(0, before + 1 - since.get(0).atMs());
        for (StatsRow row : since) {
            row.numbers[StatsRow.AT] += shift;
            samples.add(row.numbers);
        }
        resume(tens);
        resume(minutes);
        for (Tier tier : Tier.values()) {
            unwritten[tier.ordinal()] = countAfter(rows(tier), written[tier.ordinal()]);
        }
        if (samples.size() > 0) {
            samples.copy(samples.size() - 1, newest.numbers);
            stamps.from(newest.atMs());
        }
    }

    private static int countAfter(Rows rows, long atMs) {
        int count = 0;
        while (count < rows.size() && rows.get(rows.size() - 1 - count, StatsRow.AT) > atMs) {
            count++;
        }
        return count;
    }

    private void resume(StatsTier tier) {
        long after = tier.rows().size() == 0
                ? Usage.UNKNOWN
                : tier.rows().get(tier.rows().size() - 1, StatsRow.AT) / tier.spanMs();
        StatsRow row = new StatsRow();
        long before = Usage.UNKNOWN;
        for (int i = 0; i < samples.size(); i++) {
            samples.copy(i, row.numbers);
            long covers = before == Usage.UNKNOWN ? 0 : row.atMs() - before;
            before = row.atMs();
            if (row.atMs() / tier.spanMs() > after) {
                tier.add(row, Math.min(covers, tier.spanMs()));
            }
        }
    }

    private Rows rows(Tier tier) {
        switch (tier) {
            case SECOND:
                return samples;
            case TEN_SECONDS:
                return tens.rows();
            default:
                return minutes.rows();
        }
    }

    /** Nothing was sampled for a while: that is not a time without use. */
    void gap() {
        gap = true;
    }

    /** Adds what has just been read. */
    StatsRow add(Usage usage, long nanoTime, long wallMs, long alive, long total) {
        if (stamps.behindMs(wallMs) > MAX_BEHIND_MS) {
            forget();
        }
        if (gap) {
            share.gap();
            gap = false;
        }
        long before = samples.size() == 0 ? Usage.UNKNOWN : newest.atMs();
        long at = stamps.next(wallMs, nanoTime);
        newest.set(at, usage, share.next(usage.get(Figure.CPU_USEC), nanoTime), alive, total);
        samples.add(newest.numbers);
        unwritten[Tier.SECOND.ordinal()]++;
        long covers = before == Usage.UNKNOWN ? 0 : at - before;
        unwritten[Tier.TEN_SECONDS.ordinal()] += tens.add(newest, covers) ? 1 : 0;
        unwritten[Tier.MINUTE.ordinal()] += minutes.add(newest, covers) ? 1 : 0;
        fresh = true;
        return newest;
    }

    private void forget() {
        clear();
        Arrays.fill(unwritten, 0);
        stamps.reset();
    }

    private void clear() {
        samples.clear();
        tens.clear();
        minutes.clear();
    }

    /** The rows of a tier, oldest first; the last one may be of a span that is not over. */
    public List<StatsRow> all(Tier tier) {
        return last(tier, tier.capacity() + 1);
    }

    /** The newest so many of them. */
    public List<StatsRow> last(Tier tier, int count) {
        StatsTier rolled = tier == Tier.TEN_SECONDS ? tens : minutes;
        boolean open = tier != Tier.SECOND && rolled.isOpen();
        Rows rows = rows(tier);
        List<StatsRow> found = new ArrayList<>();
        for (int i = Math.max(0, rows.size() + (open ? 1 : 0) - count); i < rows.size(); i++) {
            StatsRow row = new StatsRow();
            rows.copy(i, row.numbers);
            found.add(row);
        }
        if (open && count > 0) {
            found.add(rolled.open().copy());
        }
        return found;
    }

    /** The newest sample that was taken, not one of a snapshot. */
    public Optional<StatsRow> newest() {
        return samples.size() == 0 ? Optional.empty() : Optional.of(newest.copy());
    }

    /** The samples of a snapshot, while there are no others of that time. */
    public List<StatsSample> fromSnapshot() {
        return fromSnapshot.get();
    }

    /**
     * What goes into the snapshot.
     *
     * @param cores processors of the host
     * @param createdMs when the workspace was made
     */
    List<StatsSample> persisted(int cores, long createdMs) {
        List<StatsSample> all = new ArrayList<>(fromSnapshot.get());
        last(Tier.SECOND, PERSISTED).forEach(row -> all.add(sample(row, cores, createdMs)));
        return List.copyOf(all.subList(Math.max(0, all.size() - PERSISTED), all.size()));
    }

    /** A row as the card has it. */
    public static StatsSample sample(StatsRow row, int cores, long createdMs) {
        return new StatsSample(
                row.alive(),
                row.total(),
                u64(row.memoryBytes()),
                u64(row.memoryPeakBytes()),
                u64(row.cpuUsec()),
                Float.isNaN(row.cpuPercent()) ? Optional.empty() : Optional.of(row.cpuPercent()),
                cores,
                U64.of(Math.max(0, row.atMs() - createdMs)),
                Shape.NEW);
    }

    private static Optional<U64> u64(long value) {
        return value == Usage.UNKNOWN ? Optional.empty() : Optional.of(U64.of(value));
    }

    /** Whether samples have come since the last call; clears the mark. */
    public boolean takeFresh() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    /** Whether {@link #takeUnwritten} has any. */
    boolean hasUnwritten() {
        return Arrays.stream(unwritten).anyMatch(count -> count > 0);
    }

    /** The rows that have come since the last call, each tier oldest first; clears the mark. */
    List<HistoryFormat.Row> takeUnwritten() {
        List<HistoryFormat.Row> found = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            add(tier, rows(tier).size() - unwritten[tier.ordinal()], found);
            unwritten[tier.ordinal()] = 0;
        }
        return found;
    }

    /** All rows but those of spans that are not over. */
    List<HistoryFormat.Row> stored() {
        List<HistoryFormat.Row> found = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            add(tier, 0, found);
        }
        return found;
    }

    private void add(Tier tier, int from, List<HistoryFormat.Row> to) {
        for (int i = Math.max(0, from); i < rows(tier).size(); i++) {
            long[] row = new long[StatsRow.WIDTH];
            rows(tier).copy(i, row);
            to.add(new HistoryFormat.Row(tier, row));
        }
    }

    /** The finest tier that reaches back so far, when samples are that far apart. */
    public static Tier reaching(long sinceMs, long intervalMs) {
        if (sinceMs <= Tier.SECOND.capacity() * intervalMs) {
            return Tier.SECOND;
        }
        return sinceMs <= Tier.TEN_SECONDS.capacity() * Tier.TEN_SECONDS.spanMs() ? Tier.TEN_SECONDS : Tier.MINUTE;
    }
}
