package io.shipote.core;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Meter;
import io.shipote.core.linux.Meters;
import io.shipote.core.linux.Usage;
import io.shipote.core.linux.UsageSource;

/**
 * One thing whose use is sampled. It goes to and fro: between {@link Sampler}'s hand-over and the answer the sampler's
 * thread has it and reads, at all other times the loop does.
 */
public final class Gauge {
    /** Whom the figures are for. Called on the loop. */
    interface Owner {
        /** Sampling begins, or begins again after a while. */
        void begun();

        /** What was read; to be used before this returns. */
        void sampled(Usage usage, long nanoTime, long wallMs);
    }

    private final UsageSource source;
    private final Owner owner;
    private final Usage usage = new Usage();
    private Meter meter;
    private boolean whole;
    private boolean read;
    private long round;

    Gauge(UsageSource source, Owner owner) {
        this.source = source;
        this.owner = owner;
    }

    UsageSource source() {
        return source;
    }

    /** It is to be read in this round. */
    void ask(long thisRound, boolean wholeToo) {
        if (round == 0) {
            owner.begun();
        }
        whole = wholeToo || round == 0;
        round = thisRound;
    }

    /** The round that it was last asked for. */
    long round() {
        return round;
    }

    /** It is not to be read in this round, but goes on being sampled. */
    void stay(long thisRound) {
        round = thisRound;
    }

    /** It is not sampled any more, for the time being. */
    void rest() {
        round = 0;
    }

    /** On the sampler's thread. */
    void read(Meters meters) throws ErrnoException {
        read = false;
        if (meter == null) {
            usage.clear();
            meter = meters.open(source);
        }
        meter.read(usage, whole);
        read = true;
    }

    /** On the sampler's thread. */
    void close() {
        if (meter != null) {
            meter.close();
            meter = null;
        }
    }

    /** Hands over what was read, if it could be. */
    void deliver(long nanoTime, long wallMs) {
        if (read) {
            owner.sampled(usage, nanoTime, wallMs);
        }
    }
}
