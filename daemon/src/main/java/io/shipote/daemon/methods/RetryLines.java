package io.shipote.daemon.methods;

import io.shipote.card.wire.RetryStatus;
import java.time.Instant;
import java.util.List;

/** Where restarts stand, in sentences. */
final class RetryLines {
    private RetryLines() {}

    /** Nothing, as long as there was no restart. */
    static void add(List<String> lines, String whose, RetryStatus retry) {
        if (retry.sinceReset() == 0) {
            return;
        }
        boolean usedUp = retry.forever()
                && retry.max().filter(max -> retry.sinceReset() > max).isPresent();
        String of = retry.max().filter(max -> !usedUp).map(max -> " of " + max).orElse("");
        String after = retry.max().isPresent() && retry.forever() ? "; after that it goes on slowly" : "";
        if (usedUp) {
            after = "; it goes on slowly after the first " + retry.max().get();
        }
        String then = after;
        retry.nextTryMs()
                .ifPresent(ms -> lines.add(whose + "restart " + retry.sinceReset() + of + " is due at "
                        + Instant.ofEpochMilli(ms) + then + " (shipote retry-now does it at once)"));
        retry.resetsAtMs()
                .ifPresent(ms -> lines.add(whose + "restarted " + retry.sinceReset() + of
                        + " times; the count begins anew at " + Instant.ofEpochMilli(ms) + " if it runs until then"));
    }
}
