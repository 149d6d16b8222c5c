package io.shipote.core.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Signals a list of pids safely: hold all of them, look again who still is a member, then signal. */
final class HeldProcesses {
    /** How many are held at once, to stay well below the limit of descriptors. */
    private static final int BATCH = 256;

    /** Looks at the members anew. */
    interface Members<X extends Exception> {
        IntPredicate now() throws X;
    }

    private HeldProcesses() {}

    /** Throws only after all have had theirs, when one refused it (a program of another user: EPERM). */
    static <X extends Exception> void signal(List<Integer> pids, int signal, Members<X> members)
            throws ErrnoException, X {
        Optional<ErrnoException> refused = Optional.empty();
        for (int from = 0; from < pids.size(); from += BATCH) {
            List<PidFd> held = new ArrayList<>();
            try {
                for (int pid : pids.subList(from, Math.min(pids.size(), from + BATCH))) {
                    PidFd.open(pid).ifPresent(held::add);
                }
                // A number that was given away before we held it is no member any more, or a member again.
                Optional<ErrnoException> failure = signalHeld(held, signal, members.now());
                refused = refused.isPresent() ? refused : failure;
            } finally {
                held.forEach(PidFd::close);
            }
        }
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static Optional<ErrnoException> signalHeld(List<PidFd> held, int signal, IntPredicate member) {
        Optional<ErrnoException> refused = Optional.empty();
        for (PidFd process : held) {
            try {
                if (member.test(process.pid())) {
                    process.signal(signal);
                }
            } catch (ErrnoException e) {
                refused = Optional.of(e);
            }
        }
        return refused;
    }
}
