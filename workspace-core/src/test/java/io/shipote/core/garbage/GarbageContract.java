package io.shipote.core.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.garbage.Garbage.Found;
import io.shipote.core.garbage.Garbage.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of directories of other programs, over files in memory and real ones. */
interface GarbageContract {
    Duration STALE = Duration.ofSeconds(5);
    int DEAD = 4_000_000;
    int PID = 4_242;

    /** Where a test puts directories. */
    interface Ground {
        /** A directory with a sidecar and a pid file; the latter is missing if the text is empty. */
        void foreign(String name, String sidecar, String pid) throws IOException;

        boolean there(String name) throws IOException;

        String sidecar(String name) throws IOException;

        Dens dens();
    }

    Ground ground() throws IOException;

    private static String sidecar(long spawned, long seen) {
        return "{\"command\":\"x\",\"spawned_at_unix_ms\":" + spawned + ",\"last_seen_unix_ms\":" + seen + "}";
    }

    private static Found collect(Ground ground, FakeLife life, long nowMs) throws IOException {
        return new Garbage(life, STALE).collect(ground.dens(), nowMs);
    }

    @Test
    @DisplayName("A11 a directory whose process is long gone is removed")
    default void deadAndStale() throws IOException {
        Ground ground = ground();
        ground.foreign("old", sidecar(1_000, 2_000), "" + DEAD);
        assertEquals(
                1,
                new Garbage(new FakeLife(), STALE).look(ground.dens(), 10_000).scanned());
        assertTrue(ground.there("old"), "a look changes nothing");
        Found found = collect(ground, new FakeLife(), 10_000);
        assertEquals(1, found.scanned());
        assertEquals(1, found.removed());
        assertFalse(ground.there("old"));
    }

    @Test
    @DisplayName("A12 a directory whose process is gone for a moment is kept")
    default void deadAndRecent() throws IOException {
        Ground ground = ground();
        ground.foreign("young", sidecar(1_000, 9_500), "" + DEAD);
        Found found = collect(ground, new FakeLife(), 10_000);
        assertEquals(1, found.scanned());
        assertEquals(0, found.removed());
        assertEquals(1, found.left(Verdict.RECENT).size());
        assertTrue(ground.there("young"));
    }

    @Test
    @DisplayName("A13 a directory whose process lives is noted as seen")
    default void alive() throws IOException {
        Ground ground = ground();
        ground.foreign("live", sidecar(7_000, 1_000), "" + PID);
        Found found = collect(ground, new FakeLife().with(PID, 7_000), 20_000);
        assertEquals(1, found.scanned());
        assertEquals(0, found.removed());
        assertEquals(1, found.refreshed());
        Sidecar now = Sidecar.parse(ground.sidecar("live").getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertEquals(Optional.of(20_000L), now.seenMs());
        assertEquals(Optional.of(7_000L), now.spawnedMs());
        assertTrue(ground.sidecar("live").contains("command"), "what else it says is kept");
    }

    @Test
    @DisplayName("B28 the start of a foreign process may differ by 5000 ms and not by 5001")
    default void tolerance() throws IOException {
        Ground ground = ground();
        ground.foreign("near", sidecar(10_000, 10_000), "" + PID);
        ground.foreign("far", sidecar(9_999, 9_999), "" + PID);
        Found found = collect(ground, new FakeLife().with(PID, 15_000), 60_000);
        assertEquals(1, found.refreshed());
        assertEquals(1, found.removed());
        assertTrue(ground.there("near"));
        assertFalse(ground.there("far"));
    }

    @Test
    @DisplayName("B29 what does not say whose it is, or since when, is counted, kept and told")
    default void unclear() throws IOException {
        Ground ground = ground();
        ground.foreign("array", "[1]", "" + DEAD);
        ground.foreign("torn", "{\"spawned_at_unix_ms\": 1", "" + DEAD);
        ground.foreign("timeless", "{\"command\":\"x\"}", "" + DEAD);
        ground.foreign("words", "{\"spawned_at_unix_ms\":\"1\"}", "" + DEAD);
        ground.foreign("unborn", "{\"last_seen_unix_ms\":1}", "" + PID);
        Found found = collect(ground, new FakeLife().with(PID, 7_000), 1_000_000);
        assertEquals(5, found.scanned());
        assertEquals(0, found.removed());
        assertEquals(0, found.refreshed());
        assertEquals(5, found.left(Verdict.UNCLEAR).size());
        assertTrue(found.all().stream().noneMatch(one -> one.why().isEmpty()));
    }

    @Test
    @DisplayName("B30 an age of exactly the limit is old enough")
    default void boundary() throws IOException {
        Ground ground = ground();
        ground.foreign("exact", sidecar(1_000, 5_000), "" + DEAD);
        ground.foreign("short", sidecar(1_000, 5_001), "");
        ground.foreign("future", sidecar(1_000, 99_000), "");
        assertEquals(1, collect(ground, new FakeLife(), 10_000).removed());
        assertFalse(ground.there("exact"));
        assertTrue(ground.there("short"));
        assertTrue(ground.there("future"), "a clock that was set back makes nothing old");
    }
}
