package io.shipote.core;

import io.shipote.card.wire.RestartPolicy;
import java.time.Duration;

/**
 * A restart policy with all its numbers.
 *
 * @param max restarts allowed since the last reset; 0 = without limit
 * @param slow whether it goes on after that, each time after the longest delay
 * @param healthy how long it must be up for the count to begin anew
 */
public record SupervisionPolicy(
        RestartPolicy.Policy when,
        Backoff backoff,
        long max,
        RestartPolicy.OnUnknown onUnknown,
        boolean slow,
        Duration healthy) {
    /** How long a run must be up for the restart count to begin anew, unless its policy says otherwise. */
    public static final Duration HEALTHY = Duration.ofSeconds(10);

    /** Never restarts. */
    public static final SupervisionPolicy NEVER = new SupervisionPolicy(
            RestartPolicy.Policy.NEVER, new Backoff(0, Backoff.DEFAULT_MAX_MS), 0, RestartPolicy.OnUnknown.RESTART);

    /** One that gives up after its restarts and is healthy after {@link #HEALTHY}. */
    public SupervisionPolicy(RestartPolicy.Policy when, Backoff backoff, long max, RestartPolicy.OnUnknown onUnknown) {
        this(when, backoff, max, onUnknown, false, HEALTHY);
    }

    /** The policy a client asked for, with the defaults filled in. */
    public static SupervisionPolicy of(RestartPolicy asked) {
        return new SupervisionPolicy(
                asked.policy(),
                new Backoff(asked.backoffMs().orElse(0L), asked.maxBackoffMs().orElse(Backoff.DEFAULT_MAX_MS)),
                asked.max().orElse(0L),
                asked.onUnknown().orElse(RestartPolicy.OnUnknown.RESTART));
    }

    /** The same with other delays. */
    public SupervisionPolicy with(Backoff changed) {
        return new SupervisionPolicy(when, changed, max, onUnknown, slow, healthy);
    }

    /** Whether it is to be restarted after such an end, as long as it has not given up. */
    public boolean again(Supervisor.Ending ending) {
        switch (when) {
            case ALWAYS:
                return ending != Supervisor.Ending.UNKNOWN || onUnknown == RestartPolicy.OnUnknown.RESTART;
            case ON_FAILURE:
                return ending == Supervisor.Ending.BADLY
                        || (ending == Supervisor.Ending.UNKNOWN && onUnknown == RestartPolicy.OnUnknown.RESTART);
            default:
                return false;
        }
    }
}
