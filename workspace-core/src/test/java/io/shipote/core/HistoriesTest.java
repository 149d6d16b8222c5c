package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.StatsHistory.Tier;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import io.shipote.core.store.HistoryFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is sampled outlives the daemon, and never costs a start. */
final class HistoriesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private CoreFixture core = CoreFixture.fresh();
    /** Whether the thread that writes takes no more. */
    private boolean full;

    private Histories histories = started(core);

    private void write(Runnable task) {
        if (full) {
            throw new ShipoteException(ErrorCode.BUSY, "full", Map.of());
        }
        core.loop.execute(task);
    }

    private Histories started(CoreFixture core) {
        HistoryFiles files = new HistoryFiles(CoreFixture.STATE.getParent(), core.disk);
        Histories histories = new Histories(core.loop, core.workspaces, files, this::write);
        boolean[] restored = new boolean[1];
        histories.start(Set.of("01KRZX4CADZVEBN63PAGS10093"), () -> restored[0] = true);
        core.loop.run();
        assertTrue(restored[0]);
        return histories;
    }

    private void sample(Workspace workspace, int seconds) {
        for (int i = 0; i < seconds; i++) {
            core.pass(SECOND);
            Usage usage = new Usage();
            usage.set(Figure.MEMORY, core.loop.nanoTime());
            usage.set(Figure.CPU_USEC, core.loop.nanoTime() / 2_000);
            usage.source(Usage.Source.CGROUP);
            workspace.history().add(usage, core.loop.nanoTime(), core.loop.wallMillis(), 1, 1);
        }
    }

    private static Path file(Workspace workspace) {
        return CoreFixture.STATE
                .resolveSibling("history")
                .resolve(workspace.id().text());
    }

    private byte[] bytes(Workspace workspace) {
        return core.disk.read(file(workspace), Long.MAX_VALUE).orElseThrow();
    }

    private Workspace next(Workspace workspace, Duration later) {
        Workspace again = unread(workspace, later);
        boolean[] read = new boolean[1];
        histories.read(again, () -> read[0] = true);
        core.loop.run();
        assertTrue(read[0]);
        return again;
    }

    private Workspace unread(Workspace workspace, Duration later) {
        core = core.crashed(later).restore();
        histories = started(core);
        return core.workspaces.get(workspace.label());
    }

    @Test
    void whatIsNotTakenToBeWrittenIsWrittenLater() {
        Workspace web = core.workspace("web");
        sample(web, 95);
        full = true;
        sample(web, 35);
        boolean[] flushed = new boolean[1];
        histories.flush(() -> flushed[0] = true);
        assertTrue(flushed[0]);
        full = false;
        sample(web, 35);
        histories.flush(() -> {});
        core.loop.run();
        assertEquals(165, next(web, SECOND).history().all(Tier.SECOND).size());
    }

    @Test
    void aDeletionIsAnsweredHoweverMuchWaits() {
        Workspace web = core.workspace("web");
        sample(web, 15);
        full = true;
        Workspace gone = web;
        core.<Long>ok(answer -> core.workspaces.delete(gone, EndedBy.USER, Optional.empty(), answer));
        full = false;
        assertTrue(core.disk.exists(file(web)));
        core = core.crashed(SECOND).restore();
        histories = started(core);
        assertFalse(core.disk.exists(file(web)));
    }

    @Test
    void whatNobodyAsksForIsNotRead() {
        Workspace web = core.workspace("web");
        sample(web, 95);
        byte[] before = bytes(web);
        Workspace again = unread(web, Duration.ofMinutes(3));
        core.pass(Duration.ofMinutes(1));
        assertEquals(0, again.history().all(Tier.SECOND).size());
        assertArrayEquals(before, bytes(again));
    }

    @Test
    void whatComesBeforeItIsReadStandsBehindIt() {
        Workspace web = core.workspace("web");
        sample(web, 95);
        int before = HistoryFormat.read(bytes(web)).rows().size();
        for (Duration later : new Duration[] {Duration.ofMinutes(3), Duration.ofMinutes(-10)}) {
            Workspace again = unread(web, later);
            sample(again, 5);
            core.pass(Duration.ofSeconds(20));
            var rows = HistoryFormat.read(bytes(again)).rows();
            assertTrue(rows.size() >= before + 5, rows.size() + " rows, " + before + " before");
            before = rows.size();
            for (Tier tier : Tier.values()) {
                long last = Long.MIN_VALUE;
                for (HistoryFormat.Row row : rows) {
                    if (row.tier() == tier) {
                        assertTrue(row.numbers()[StatsRow.AT] > last, "twice, or out of order: " + tier);
                        last = row.numbers()[StatsRow.AT];
                    }
                }
            }
            assertTrue(HistoryFormat.read(bytes(again)).whole());
            web = again;
        }
    }

    @Test
    void aStopRightAfterAStartKeepsWhatHasCome() {
        Workspace web = core.workspace("web");
        sample(web, 95);
        Workspace again = unread(web, Duration.ofMinutes(3));
        sample(again, 5);
        boolean[] done = new boolean[1];
        histories.flush(() -> done[0] = true);
        core.pass(SECOND);
        assertTrue(done[0]);
        int kept = again.history().all(Tier.SECOND).size();
        assertEquals(kept, next(again, SECOND).history().all(Tier.SECOND).size());
        assertTrue(kept >= 90, kept + " samples");
    }

    @Test
    void aCrashCostsTenSecondsAndTheGapIsAGap() {
        Workspace web = core.workspace("web");
        sample(web, 95);
        int before = web.history().all(Tier.SECOND).size();
        Workspace again = next(web, Duration.ofMinutes(3));
        int after = again.history().all(Tier.SECOND).size();
        assertTrue(after <= before && after >= before - 10, before + " and then " + after);
        assertEquals(Usage.Source.CGROUP, again.history().newest().orElseThrow().source(), "not that of the snapshot");
        sample(again, 5);
        var rows = again.history().all(Tier.SECOND);
        assertEquals(after + 5, rows.size());
        assertTrue(Float.isNaN(rows.get(after).cpuPercent()));
        assertTrue(rows.get(after).atMs() - rows.get(after - 1).atMs() >= 180_000);
        assertEquals(50f, rows.get(after + 1).cpuPercent(), 0.01);
    }

    @Test
    void anOrderlyStopCostsNothing() {
        Workspace web = core.workspace("web");
        sample(web, 37);
        boolean[] done = new boolean[1];
        histories.flush(() -> done[0] = true);
        core.pass(SECOND);
        assertTrue(done[0]);
        Workspace again = next(web, SECOND);
        for (Tier tier : Tier.values()) {
            assertEquals(
                    web.history().all(tier).size(), again.history().all(tier).size(), tier.word());
        }
    }

    @Test
    void theClockMayHaveBeenSetBackMeanwhile() {
        Workspace web = core.workspace("web");
        sample(web, 30);
        Workspace again = next(web, Duration.ofMinutes(-10));
        sample(again, 30);
        var rows = again.history().all(Tier.SECOND);
        for (int i = 1; i < rows.size(); i++) {
            assertTrue(rows.get(i).atMs() > rows.get(i - 1).atMs());
        }
    }

    @Test
    void theFileIsAppendedToAndStaysBounded() {
        Workspace web = core.workspace("web");
        sample(web, 25);
        long first = bytes(web).length;
        sample(web, 10);
        assertEquals(HistoryFormat.read(bytes(web)).rows().size(), 30 + 3, 3, "rows of both tiers");
        assertTrue(bytes(web).length > first);
        for (int i = 0; i < 100; i++) {
            sample(web, 100);
            assertTrue(bytes(web).length <= Histories.MAX_FILE_BYTES);
            assertTrue(HistoryFormat.read(bytes(web)).whole());
        }
    }

    @Test
    void aDamagedFileIsUsedAsFarAsItIsGood() {
        Workspace web = core.workspace("web");
        sample(web, 60);
        byte[] good = bytes(web);
        int rows = HistoryFormat.read(good).rows().size();
        for (int cut : new int[] {0, 7, HistoryFormat.HEAD_BYTES, good.length / 2, good.length - 1}) {
            HistoryFormat.Read read = HistoryFormat.read(Arrays.copyOf(good, cut));
            assertTrue(read.rows().size() < rows && read.bytes() <= cut, "cut at " + cut);
        }
        byte[] torn = Arrays.copyOf(good, good.length + 100);
        torn[good.length - 20] ^= 1;
        core.disk.set(file(web), torn);
        Workspace again = next(web, SECOND);
        int left = again.history().all(Tier.SECOND).size();
        assertTrue(left > 0 && left < 60, left + " samples");
        sample(again, 11);
        assertTrue(HistoryFormat.read(bytes(again)).whole(), "it is written anew");
    }

    @Test
    void whatIsNoHistoryIsDropped() {
        Workspace web = core.workspace("web");
        sample(web, 20);
        core.disk.set(file(web), new byte[5_000]);
        Workspace again = next(web, SECOND);
        assertEquals(0, again.history().all(Tier.SECOND).size());
        sample(again, 11);
        assertTrue(HistoryFormat.read(bytes(again)).whole());
    }

    @Test
    void aFullDiskCostsNoSample() {
        Workspace web = core.workspace("web");
        sample(web, 15);
        core.disk.full(true);
        sample(web, 30);
        core.disk.full(false);
        sample(web, 11);
        long stored = HistoryFormat.read(bytes(web)).rows().stream()
                .filter(row -> row.tier() == Tier.SECOND)
                .count();
        assertTrue(stored >= 45, stored + " of 56");
    }

    @Test
    void itGoesWithItsWorkspace() {
        Workspace web = core.workspace("web");
        Workspace other = core.workspace("other");
        sample(web, 15);
        sample(other, 15);
        assertTrue(core.disk.exists(file(web)));
        core.ok((Answer<Long> answer) -> core.workspaces.delete(web, EndedBy.USER, Optional.of(SECOND), answer));
        core.pass(Duration.ofSeconds(20));
        assertFalse(core.disk.exists(file(web)));
        assertTrue(core.disk.exists(file(other)));
    }

    @Test
    void whatADeletionLeftBehindIsRemovedAtTheNextStart() {
        Workspace web = core.workspace("web");
        sample(web, 15);
        Path stray = file(web).resolveSibling("01KRZP8MVFKY77TV2V98WJG5R6");
        Path quarantined = file(web).resolveSibling("01KRZX4CADZVEBN63PAGS10093");
        Path torn = file(web).resolveSibling(web.id().text() + ".tmp-1");
        for (Path path : Set.of(stray, quarantined, torn)) {
            core.disk.set(path, bytes(web));
        }
        next(web, SECOND);
        assertFalse(core.disk.exists(stray));
        assertFalse(core.disk.exists(torn));
        assertTrue(core.disk.exists(quarantined));
        assertTrue(core.disk.exists(file(web)));
    }

    @Test
    void anIdleWorkspaceHasNoFile() {
        Workspace web = core.workspace("web");
        core.pass(Duration.ofMinutes(1));
        assertFalse(core.disk.exists(file(web)));
    }
}
