package io.shipote.card;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The shortest decimal text that reads back as the same binary number, in upstream's spelling: always with a point or an
 * exponent, the exponent signed. Written out because {@link Float#toString} is not always the shortest before JDK 19.
 */
final class ShortestDecimal {
    /** Decimal exponents written without {@code e}; upstream has other bounds for each width. */
    private static final int FLOAT_MIN_PLAIN = -6;

    private static final int FLOAT_MAX_PLAIN = 12;
    private static final int DOUBLE_MIN_PLAIN = -5;
    private static final int DOUBLE_MAX_PLAIN = 15;

    private static final int FLOAT_DIGITS = 9;
    private static final int DOUBLE_DIGITS = 17;
    // At a power of two the numbers that read back reach further away from zero than towards it, so that the nearest
    // text
    // of some length may fail where the next one does not.
    private static final RoundingMode[] CANDIDATES = {RoundingMode.HALF_EVEN, RoundingMode.UP};

    private ShortestDecimal() {}

    /** @param value finite */
    static String of(float value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < FLOAT_DIGITS; digits++) {
            for (RoundingMode mode : CANDIDATES) {
                BigDecimal shorter = exact.round(new MathContext(digits, mode));
                if (Float.parseFloat(shorter.toString()) == value) {
                    return spell(shorter, FLOAT_MIN_PLAIN, FLOAT_MAX_PLAIN);
                }
            }
        }
        return spell(exact.round(new MathContext(FLOAT_DIGITS)), FLOAT_MIN_PLAIN, FLOAT_MAX_PLAIN);
    }

    /** @param value finite */
    static String of(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < DOUBLE_DIGITS; digits++) {
            for (RoundingMode mode : CANDIDATES) {
                BigDecimal shorter = exact.round(new MathContext(digits, mode));
                if (Double.parseDouble(shorter.toString()) == value) {
                    return spell(shorter, DOUBLE_MIN_PLAIN, DOUBLE_MAX_PLAIN);
                }
            }
        }
        return spell(exact.round(new MathContext(DOUBLE_DIGITS)), DOUBLE_MIN_PLAIN, DOUBLE_MAX_PLAIN);
    }

    /** All digits of a number that was read, in the spelling of a double. */
    static String of(BigDecimal value) {
        return value.signum() == 0 ? "0.0" : spell(value, DOUBLE_MIN_PLAIN, DOUBLE_MAX_PLAIN);
    }

    private static String spell(BigDecimal value, int minPlain, int maxPlain) {
        BigDecimal bare = value.abs().stripTrailingZeros();
        String digits = bare.unscaledValue().toString();
        // As a long: the scale of a number that was read may be anything that fits an int.
        long exponent = (long) digits.length() - 1 - bare.scale();
        StringBuilder text = new StringBuilder(value.signum() < 0 ? "-" : "");
        if (exponent < minPlain || exponent > maxPlain) {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            return text.append(exponent < 0 ? "e" : "e+").append(exponent).toString();
        }
        if (exponent < 0) {
            return text.append("0.")
                    .append("0".repeat((int) -exponent - 1))
                    .append(digits)
                    .toString();
        }
        int whole = (int) exponent + 1;
        if (whole >= digits.length()) {
            return text.append(digits)
                    .append("0".repeat(whole - digits.length()))
                    .append(".0")
                    .toString();
        }
        return text.append(digits, 0, whole)
                .append('.')
                .append(digits, whole, digits.length())
                .toString();
    }
}
