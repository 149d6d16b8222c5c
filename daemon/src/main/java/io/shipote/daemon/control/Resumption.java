package io.shipote.daemon.control;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a call that waits, or answers again and again, goes on after the daemon has been replaced: by being made anew, without
 * its client.
 *
 * @param early whether it must be made before anything is restored, as it tells of what happens then
 * @param parameters the record of the call from where it is now; empty while it cannot be taken up
 */
public record Resumption(boolean early, Supplier<Optional<?>> parameters) {
    /** The same call again, once all is restored. */
    public static Resumption same(Object in) {
        return new Resumption(false, () -> Optional.of(in));
    }
}
