package io.shipote.daemon.methods;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.daemon.control.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What all methods share: bounds of lists and durations, and how an answer becomes a reply. */
final class Pages {
    static final long DEFAULT_LIMIT = 500;
    static final long MAX_LIMIT = 1_000;
    private static final long MAX_GRACE_MS = Duration.ofHours(1).toMillis();

    private Pages() {}

    /** A part of a list, and the id after which the next part begins. */
    record Page<T>(List<T> items, Optional<String> next) {}

    static <T> Page<T> of(Iterable<T> sorted, Optional<Long> asked, Function<T, String> id) {
        long limit = Math.max(1, Math.min(MAX_LIMIT, asked.orElse(DEFAULT_LIMIT)));
        List<T> items = new ArrayList<>();
        for (T item : sorted) {
            if (items.size() == limit) {
                return new Page<>(items, Optional.of(id.apply(items.get(items.size() - 1))));
            }
            items.add(item);
        }
        return new Page<>(items, Optional.empty());
    }

    /** A grace in milliseconds, 0 to one hour. */
    static Optional<Duration> grace(Optional<Long> asked) {
        asked.filter(ms -> ms < 0 || ms > MAX_GRACE_MS).ifPresent(ms -> {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "grace_ms must be 0 to " + MAX_GRACE_MS + ", not " + ms,
                    Map.of("problems", List.of(Map.of("path", "grace_ms", "message", "out of range"))));
        });
        return asked.map(Duration::ofMillis);
    }

    static <T> Answer<T> reply(Exchange exchange, Function<T, Object> out) {
        return Answer.of(value -> exchange.reply(out.apply(value)), exchange::fail);
    }
}
