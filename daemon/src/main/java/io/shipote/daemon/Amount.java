package io.shipote.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a number with a unit means in {@code config.toml}. */
enum Amount {
    /** In bytes. */
    SIZE(
            "a number of bytes, or a string like \"64MiB\"",
            "",
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "TiB",
            1L << 40),
    /** In milliseconds. */
    TIME(
            "a number of milliseconds, or a string like \"7d\"",
            "ms",
            "s",
            1_000L,
            "m",
            60_000L,
            "h",
            3_600_000L,
            "d",
            86_400_000L);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})[ ]?([A-Za-z]*)");

    private final String form;
    private final Map<String, Long> units = new LinkedHashMap<>();

    Amount(String form, String one, Object... larger) {
        this.form = form;
        units.put(one, 1L);
        for (int i = 0; i < larger.length; i += 2) {
            units.put((String) larger[i], (Long) larger[i + 1]);
        }
    }

    /** What may be written, for a message. */
    String form() {
        return form;
    }

    /** The amount of a text such as {@code 7d}; empty if it is none. */
    Optional<Long> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2))));
        } catch (ArithmeticException e) {
            // More than fits is more than any bound.
            return Optional.of(Long.MAX_VALUE);
        }
    }

    /** The amount in the largest unit that divides it. */
    String text(long amount) {
        String best = amount + units.keySet().iterator().next();
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (amount != 0 && amount % unit.getValue() == 0) {
                best = amount / unit.getValue() + unit.getKey();
            }
        }
        return best;
    }
}
