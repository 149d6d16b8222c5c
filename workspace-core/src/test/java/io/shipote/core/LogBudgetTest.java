package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.LogBudget.Held;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LogBudgetTest {
    private static final long MIB = 1L << 20;

    private static Held log(String name, long size, long head, boolean live) {
        return new Held(Path.of(name), size, head, live);
    }

    private static Map<String, Long> heads(List<Held> logs, long bound) {
        return LogBudget.cuts(logs, bound).stream()
                .collect(Collectors.toMap(cut -> cut.file().toString(), Held::head));
    }

    @Test
    void whatFitsIsLeftAlone() {
        assertEquals(Map.of(), heads(List.of(log("a", 8 * MIB, 0, true)), 8 * MIB));
        assertEquals(Map.of(), heads(List.of(log("a", 99 * MIB, 91 * MIB, true)), 8 * MIB));
        assertEquals(Map.of(), heads(List.of(), 0));
    }

    @Test
    void oneLiveLogKeepsItsNewestSevenEighths() {
        assertEquals(Map.of("a", 3 * MIB), heads(List.of(log("a", 10 * MIB, 0, true)), 8 * MIB));
        assertEquals(Map.of("a", 93 * MIB), heads(List.of(log("a", 100 * MIB, 90 * MIB, true)), 8 * MIB));
    }

    @Test
    void endedRunsGoFirstAndOldestFirst() {
        List<Held> logs =
                List.of(log("old", 3 * MIB, 0, false), log("newer", 3 * MIB, 0, false), log("live", 4 * MIB, 0, true));
        assertEquals(Map.of("old", 3 * MIB), heads(logs, 8 * MIB));
        assertEquals(Map.of("old", 3 * MIB, "newer", 3 * MIB), heads(logs, 5 * MIB));
        assertEquals(Map.of("old", 3 * MIB, "newer", 3 * MIB, "live", MIB / 2), heads(logs, 4 * MIB));
    }

    @Test
    void ofLiveLogsTheLargestAreCutToOneSize() {
        List<Held> logs =
                List.of(log("small", MIB, 0, true), log("large", 9 * MIB, 0, true), log("larger", 12 * MIB, 0, true));
        assertEquals(Map.of("large", 6 * MIB, "larger", 9 * MIB), heads(logs, 8 * MIB));
    }

    @Test
    void afterACutAllFitsAndHeadsNeverGoBack() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            List<Held> logs = new ArrayList<>();
            for (int i = 0; i < random.nextInt(1, 8); i++) {
                long size = random.nextLong(0, 40 * MIB);
                logs.add(log("f" + i, size, random.nextLong(0, size + 1), random.nextBoolean()));
            }
            long bound = random.nextLong(MIB, 30 * MIB);
            Map<String, Long> heads = heads(logs, bound);
            long left = 0;
            for (Held log : logs) {
                long head = heads.getOrDefault(log.file().toString(), log.head());
                assertTrue(head >= log.head() && head <= log.size(), log + " cut to " + head);
                left += log.size() - head;
            }
            assertTrue(left <= bound, left + " of " + bound + " in round " + round);
        }
    }
}
