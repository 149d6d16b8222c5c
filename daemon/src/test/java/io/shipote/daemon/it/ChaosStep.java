package io.shipote.daemon.it;

import java.util.List;
import java.util.function.Supplier;

/**
 * One change.
 *
 * @param what in words
 * @param after what may be so if the daemon died before it answered, beside what was so before
 * @param call carries it out; what is so then
 */
record ChaosStep(Kind kind, String what, List<ChaosWorld> after, Supplier<ChaosWorld> call) {
    /** What the daemon is in the middle of after the call was sent. */
    enum Kind {
        LAUNCH,
        END,
        PAUSE,
        FOLD,
        OTHER
    }

    static ChaosStep of(Kind kind, String what, ChaosWorld after, Supplier<ChaosWorld> call) {
        return new ChaosStep(kind, what, List.of(after), call);
    }
}
