package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class U64Test {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    @Test
    void largestValueHasAllDigits() {
        assertEquals("18446744073709551615", U64.MAX.toString());
        assertEquals(TWO_TO_64.subtract(BigInteger.ONE), U64.MAX.big());
        assertEquals(U64.MAX, U64.of(U64.MAX.big()));
        assertEquals("18446744073709551615", CardText.compact(U64.MAX.encode()));
    }

    @Test
    void valuesOutsideAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> U64.of(-1));
        assertThrows(IllegalArgumentException.class, () -> U64.of(BigInteger.valueOf(-1)));
        assertThrows(IllegalArgumentException.class, () -> U64.of(TWO_TO_64));
    }

    @Test
    void saturatesAtTheLargestLong() {
        assertEquals(7, U64.of(7).saturated());
        assertEquals(Long.MAX_VALUE, U64.of(Long.MAX_VALUE).saturated());
        assertEquals(Long.MAX_VALUE, U64.of(BigInteger.ONE.shiftLeft(63)).saturated());
    }

    @Test
    void comparesWithoutSign() {
        assertTrue(U64.MAX.compareTo(U64.of(Long.MAX_VALUE)) > 0);
        assertTrue(U64.ZERO.compareTo(U64.of(1)) < 0);
    }
}
