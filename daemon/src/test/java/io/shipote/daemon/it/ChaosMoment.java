package io.shipote.daemon.it;

import java.util.Optional;

/** When the daemon is killed. */
enum ChaosMoment {
    /** Between the first instruction of its JVM and some time after it has restored all. */
    START(5, Optional.empty()),
    /** When it has just said that it is ready; what died meanwhile is being started again. */
    READY(2, Optional.empty()),
    /** When it has to do with the ends of commands. */
    DEATHS(2, Optional.empty()),
    /** After a number of changes. */
    CHANGES(3, Optional.empty()),
    /** In the middle of starting something. */
    LAUNCH(3, Optional.of(ChaosStep.Kind.LAUNCH)),
    /** In the middle of ending something. */
    END(2, Optional.of(ChaosStep.Kind.END)),
    PAUSE(1, Optional.of(ChaosStep.Kind.PAUSE)),
    /** In the middle of writing a snapshot. */
    FOLD(2, Optional.of(ChaosStep.Kind.FOLD)),
    /** In the middle of an orderly stop. */
    STOP(3, Optional.empty());

    private final int weight;
    private final Optional<ChaosStep.Kind> amid;

    ChaosMoment(int weight, Optional<ChaosStep.Kind> amid) {
        this.weight = weight;
        this.amid = amid;
    }

    /** What a client has just begun then. */
    Optional<ChaosStep.Kind> amid() {
        return amid;
    }

    /** How often it comes, of {@link #all()}. */
    int weight() {
        return weight;
    }

    static int all() {
        int sum = 0;
        for (ChaosMoment one : values()) {
            sum += one.weight;
        }
        return sum;
    }

    /** @param dice below {@link #all()} */
    static ChaosMoment of(int dice) {
        int left = dice;
        for (ChaosMoment one : values()) {
            left -= one.weight;
            if (left < 0) {
                return one;
            }
        }
        throw new IllegalArgumentException("dice " + dice);
    }
}
