package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcStatTest {
    private static final String TAIL =
            " Z 7 8 9 0 -1 4228364 0 0 0 0 11 12 0 0 20 0 1 0 987654 0 0 18446744073709551615 0 0 0 0 0 0 0 0 0 0"
                    + " 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 1792\n";

    @Test
    void nameMayHoldBracketsAndBlanks() {
        ProcStat stat = ProcStat.parse("42 (a) R 1 (b ) c)" + TAIL).orElseThrow();
        assertEquals("a) R 1 (b ) c", stat.comm());
        assertEquals(new ProcStat(42, "a) R 1 (b ) c", 'Z', 7, 8, 9, 11, 12, 987654, 1792), stat);
        assertTrue(stat.zombie());
    }

    @Test
    void cutOffTextIsEmpty() {
        assertTrue(ProcStat.parse("").isEmpty());
        assertTrue(ProcStat.parse("42 (sh").isEmpty());
        assertTrue(ProcStat.parse("42 (sh) R 1 2").isEmpty());
    }
}
