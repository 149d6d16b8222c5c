package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.StatsHistory.Tier;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Roll-up, bounds, gaps and clocks, in virtual time. */
final class StatsHistoryTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualLoop loop = new ManualLoop();
    private final Usage usage = new Usage();
    private StatsHistory history = new StatsHistory();

    /** A second passes in which that much of a processor was used. */
    private StatsRow second(double percent, long memory) {
        loop.advance(SECOND);
        usage.set(Figure.CPU_USEC, usage.get(Figure.CPU_USEC, 0) + Math.round(percent * 10_000));
        usage.set(Figure.MEMORY, memory);
        usage.source(Usage.Source.CGROUP);
        return history.add(usage, loop.nanoTime(), loop.wallMillis(), 1, 2);
    }

    /** To a moment at which spans of all lengths begin. */
    private void toTheMinute() {
        loop.advance(Duration.ofMillis(60_000 - loop.wallMillis() % 60_000 - 1_000));
    }

    private StatsRow last(Tier tier) {
        List<StatsRow> rows = history.all(tier);
        return rows.get(rows.size() - 1);
    }

    @Test
    void theShareIsThatSinceTheSampleBefore() {
        assertTrue(Float.isNaN(second(50, 1).cpuPercent()), "there is none before the first");
        assertEquals(150f, second(150, 1).cpuPercent(), 0.01);
        assertEquals(0f, second(0, 1).cpuPercent());
    }

    @Test
    void tenSecondsHaveTheMeanAndTheMost() {
        toTheMinute();
        second(0, 5);
        for (int i = 1; i < 10; i++) {
            second(i == 4 ? 95 : 5, i == 7 ? 900 : 100 + i);
        }
        assertEquals(1, history.all(Tier.TEN_SECONDS).size(), "the span that is not over");
        second(0, 1);
        StatsRow ten = history.all(Tier.TEN_SECONDS).get(0);
        assertEquals((95 + 8 * 5) / 9f, ten.cpuPercent(), 0.01);
        assertEquals(95f, ten.cpuPercentMax(), 0.01);
        assertEquals(109, ten.memoryBytes());
        assertEquals(900, ten.memoryMaxBytes());
        assertEquals(9_000, ten.atMs() % 60_000, "when its last sample was taken");
        assertEquals(Usage.Source.CGROUP, ten.source());
        assertEquals(2, ten.total());
    }

    @Test
    void pressureIsTheHighestAndCountersAreTheLast() {
        toTheMinute();
        usage.set(Figure.IO_FULL, 1_234);
        usage.set(Figure.MEMORY_SOME, 17);
        usage.set(Figure.IO_READ, 10);
        second(1, 1);
        usage.set(Figure.IO_FULL, 3);
        usage.set(Figure.IO_READ, 20);
        usage.set(Figure.OOM_KILLS, 2);
        second(1, 1);
        StatsRow ten = last(Tier.TEN_SECONDS);
        assertEquals(1_234, ten.pressure(Figure.IO_FULL));
        assertEquals(17, ten.pressure(Figure.MEMORY_SOME));
        assertEquals(Usage.UNKNOWN, ten.pressure(Figure.CPU_SOME));
        assertEquals(20, ten.ioReadBytes());
        assertEquals(Usage.UNKNOWN, ten.ioWriteBytes());
        assertEquals(2, ten.oomKills());
    }

    @Test
    void everyTierIsBounded() {
        toTheMinute();
        int hours = 26;
        for (int i = 0; i < hours * 3_600; i++) {
            second(10, i);
        }
        assertEquals(600, history.all(Tier.SECOND).size());
        assertEquals(720 + 1, history.all(Tier.TEN_SECONDS).size());
        assertEquals(1_440 + 1, history.all(Tier.MINUTE).size());
        assertEquals(hours * 3_600 - 1, last(Tier.MINUTE).memoryBytes());
        for (Tier tier : Tier.values()) {
            List<StatsRow> rows = history.all(tier);
            for (int i = 1; i < rows.size() - 1; i++) {
                assertEquals(tier.spanMs(), rows.get(i).atMs() - rows.get(i - 1).atMs());
                assertEquals(10f, rows.get(i).cpuPercent(), 0.01);
            }
        }
    }

    @Test
    void aGapIsAGapAndNotAZero() {
        toTheMinute();
        for (int i = 0; i < 60; i++) {
            second(20, 1);
        }
        loop.advance(Duration.ofMinutes(5));
        history.gap();
        // Whatever was used meanwhile is not the share of a second.
        assertTrue(Float.isNaN(second(90_000, 1).cpuPercent()));
        second(20, 1);
        List<StatsRow> minutes = history.all(Tier.MINUTE);
        assertEquals(2, minutes.size(), "the minutes between have no rows");
        assertEquals(20f, minutes.get(1).cpuPercent(), 0.01);
        assertTrue(minutes.get(1).atMs() - minutes.get(0).atMs() > 300_000);
    }

    @Test
    void anAccountThatBeginsAnewIsNotNegative() {
        second(10, 1);
        second(10, 1);
        usage.set(Figure.CPU_USEC, 0);
        assertTrue(Float.isNaN(second(10, 1).cpuPercent()));
        assertEquals(10f, second(10, 1).cpuPercent(), 0.01);
    }

    @Test
    void aClockThatIsSetBackDoesNotTurnTheHistoryBack() {
        for (int i = 0; i < 30; i++) {
            second(10, 1);
        }
        loop.shiftWall(Duration.ofSeconds(-20));
        for (int i = 0; i < 90; i++) {
            assertEquals(10f, second(10, 1).cpuPercent(), 0.01);
        }
        List<StatsRow> rows = history.all(Tier.SECOND);
        for (int i = 1; i < rows.size(); i++) {
            assertTrue(rows.get(i).atMs() > rows.get(i - 1).atMs(), "row " + i);
        }
        assertEquals(loop.wallMillis(), last(Tier.SECOND).atMs(), "it has caught up");
        for (Tier tier : Tier.values()) {
            history.all(tier).forEach(row -> assertTrue(row.cpuPercent() >= 0 || Float.isNaN(row.cpuPercent())));
        }
    }

    @Test
    void aClockThatWasFarAheadDoesNotSpoilTheHistoryForEver() {
        loop.shiftWall(Duration.ofDays(10_000));
        second(10, 1);
        loop.shiftWall(Duration.ofDays(-10_000));
        second(10, 1);
        assertEquals(1, history.all(Tier.SECOND).size());
        assertEquals(loop.wallMillis(), last(Tier.SECOND).atMs());
    }

    @Test
    void theNextDaemonGoesOn() {
        toTheMinute();
        for (int i = 0; i < 95; i++) {
            second(i < 60 ? 10 : 30, i);
        }
        StatsHistory next = new StatsHistory();
        HistoryFormat.Read read = HistoryFormat.read(HistoryFormat.file(history.takeUnwritten()));
        assertTrue(read.whole());
        assertEquals(List.of(), history.takeUnwritten());
        next.restoreRows(read.rows());
        for (Tier tier : Tier.values()) {
            assertEquals(history.all(tier).size(), next.all(tier).size(), tier.word());
        }
        history = next;
        assertEquals(94, history.newest().orElseThrow().memoryBytes());
        loop.advance(Duration.ofSeconds(4));
        assertTrue(Float.isNaN(second(0, 7).cpuPercent()), "the share since the other daemon is not known");
        second(60, 7);
        StatsRow minute = last(Tier.MINUTE);
        assertEquals(2, history.all(Tier.MINUTE).size());
        assertEquals(94, minute.memoryMaxBytes());
        assertEquals(60f, minute.cpuPercentMax(), 0.01);
        assertEquals((34 * 30 + 60) / 35f, minute.cpuPercent(), 0.1);
    }

    @Test
    void theFinestTierThatReachesSoFarBack() {
        assertEquals(Tier.SECOND, StatsHistory.reaching(600_000, 1_000));
        assertEquals(Tier.TEN_SECONDS, StatsHistory.reaching(600_001, 1_000));
        assertEquals(Tier.TEN_SECONDS, StatsHistory.reaching(60_001, 100));
        assertEquals(Tier.MINUTE, StatsHistory.reaching(7_200_001, 1_000));
    }

    @Test
    void rowsTakeMemoryAsTheyCome() {
        Rows rows = new Rows(2, 5);
        for (long i = 0; i < 12; i++) {
            rows.add(new long[] {i, -i});
            assertEquals(Math.min(i + 1, 5), rows.size());
            assertEquals(i, rows.get(rows.size() - 1, 0));
            assertEquals(-Math.max(0, i - 4), rows.get(0, 1));
        }
    }
}
