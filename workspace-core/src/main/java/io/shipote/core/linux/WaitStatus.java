package io.shipote.core.linux;

import io.shipote.card.ExitStatus;
import java.util.Optional;

/** Reads the two forms in which the kernel tells how a process ended; see {@code wait(2)}. */
final class WaitStatus {
    private static final int CODE = 2;
    private static final int PID = 4;
    private static final int STATUS = 6;

    private WaitStatus() {}

    /** {@code siginfo_t} as ints; empty when it names no process, which is {@code WNOHANG}'s "not yet". */
    static Optional<ExitStatus> ofSigInfo(int[] info) {
        if (info[PID] == 0) {
            return Optional.empty();
        }
        if (info[CODE] == LibC.CLD_EXITED) {
            return Optional.of(new ExitStatus.Exited(info[STATUS] & 0xff));
        }
        return Optional.of(new ExitStatus.Signalled(info[STATUS], info[CODE] == LibC.CLD_DUMPED));
    }

    static int pid(int[] info) {
        return info[PID];
    }

    /** The status word as {@code waitpid(2)} gives it. */
    static ExitStatus ofRaw(int status) {
        int signal = status & 0x7f;
        if (signal == 0) {
            return new ExitStatus.Exited(status >> 8 & 0xff);
        }
        return new ExitStatus.Signalled(signal, (status & 0x80) != 0);
    }
}
