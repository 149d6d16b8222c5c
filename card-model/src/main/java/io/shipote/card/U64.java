package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;

/**
 * An unsigned number of 64 bits, 0 to 18,446,744,073,709,551,615: the card's byte counts and durations, which may
 * exceed {@code long}.
 *
 * @param bits the number's 64 bits; negative as a {@code long} means above {@link Long#MAX_VALUE}
 */
public record U64(long bits) implements Comparable<U64> {
    public static final U64 ZERO = new U64(0);
    public static final U64 MAX = new U64(-1);

    /** @throws IllegalArgumentException if the value is negative */
    public static U64 of(long value) {
        if (value < 0) {
            throw new IllegalArgumentException(value + " is negative");
        }
        return new U64(value);
    }

    /** @throws IllegalArgumentException if the value is negative or has more than 64 bits */
    public static U64 of(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException("not a number from 0 to " + MAX);
        }
        return new U64(value.longValue());
    }

    public BigInteger big() {
        return new BigInteger(toString());
    }

    /** The value, or {@link Long#MAX_VALUE} if it is larger. */
    public long saturated() {
        return bits < 0 ? Long.MAX_VALUE : bits;
    }

    /** The JSON number. */
    public JsonNode encode() {
        return bits < 0 ? JsonNodeFactory.instance.numberNode(big()) : JsonNodeFactory.instance.numberNode(bits);
    }

    @Override
    public int compareTo(U64 other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
