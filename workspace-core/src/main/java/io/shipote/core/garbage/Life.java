package io.shipote.core.garbage;

import java.util.Optional;

/** Which processes are alive now; a zombie is not. */
public interface Life {
    /** One per start of the machine. */
    String bootId();

    /** When it was started, in ticks after boot; empty if there is no such process. */
    Optional<Long> startTicks(int pid);

    /** The same as wall clock, Unix milliseconds; right to about 10 ms unless the clock was set. */
    Optional<Long> startedMs(int pid);
}
