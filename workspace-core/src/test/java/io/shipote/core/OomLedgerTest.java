package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OomLedgerTest {
    private static final Path GROUP = Path.of("/sys/fs/cgroup/memory/w");
    private final OomLedger ledger = new OomLedger();

    @Test
    void aKillThatWasCountedSinceItBeganIsItsOwn() {
        assertTrue(ledger.claim(GROUP, 0, 1));
    }

    @Test
    void withoutACountSomebodyElseKilledIt() {
        assertFalse(ledger.claim(GROUP, 0, 0));
        assertFalse(ledger.claim(GROUP, 3, 3));
    }

    @Test
    void oneKillIsToldOfOneRunOnly() {
        assertTrue(ledger.claim(GROUP, 0, 1));
        assertFalse(ledger.claim(GROUP, 0, 1));
        assertTrue(ledger.claim(GROUP, 0, 2));
    }

    @Test
    void severalKillsAreToldOfAsManyRuns() {
        assertTrue(ledger.claim(GROUP, 0, 2));
        assertTrue(ledger.claim(GROUP, 1, 2));
        assertFalse(ledger.claim(GROUP, 1, 2));
    }

    @Test
    void whatWasCountedBeforeItBeganIsNot() {
        assertTrue(ledger.claim(GROUP, 5, 6));
        assertFalse(ledger.claim(GROUP, 6, 6));
    }

    @Test
    void groupsDoNotMix() {
        assertTrue(ledger.claim(GROUP, 0, 1));
        assertTrue(ledger.claim(GROUP.resolveSibling("x"), 0, 1));
    }
}
