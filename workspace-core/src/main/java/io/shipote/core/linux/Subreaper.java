package io.shipote.core.linux;

import java.util.function.IntPredicate;

/**
 * Makes this process the parent of its descendants' orphans, so that their exit codes can be read and their
 * zombies go away; see {@code PR_SET_CHILD_SUBREAPER(2const)}. For blocking threads; nothing here waits.
 */
public final class Subreaper {
    /** The most zombies that one call of {@link #reapStrangers} takes. */
    public static final int MAX_PER_CALL = 256;

    private Subreaper() {}

    /** For the whole process; an exec in place keeps it. Somebody has to call {@link #reapStrangers} then. */
    public static void enable() throws ErrnoException {
        if (LibC.prctl(LibC.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) {
            throw new ErrnoException("prctl PR_SET_CHILD_SUBREAPER", "", LibC.errno());
        }
    }

    /**
     * Waits for dead children that {@code known} does not accept, one by one. Stops at the first that it does
     * accept, which its owner has to take before those behind it can be seen: call again afterwards.
     *
     * <p>A launch in another thread whose pid is not known yet would lose its exit status: use {@link
     * Spawner#reapStrangers}, which keeps the two apart.
     *
     * @return how many were waited for
     */
    public static int reapStrangers(IntPredicate known) throws ErrnoException {
        int reaped = 0;
        for (int looks = 0; looks < MAX_PER_CALL; looks++) {
            int pid = waitFor(LibC.P_ALL, 0, LibC.WEXITED | LibC.WNOHANG | LibC.WNOWAIT);
            if (pid == 0 || known.test(pid)) {
                return reaped;
            }
            // Its owner may have taken it between the look and the question: then there is nothing left here.
            if (waitFor(LibC.P_PID, pid, LibC.WEXITED | LibC.WNOHANG) == pid) {
                reaped++;
            }
        }
        return reaped;
    }

    /** Kills our own child, whose number is pinned by not being waited for, and waits for its end. */
    static void killChild(int pid) throws ErrnoException {
        if (LibC.kill(pid, Signals.KILL) < 0 && LibC.errno() != Errno.ESRCH) {
            throw new ErrnoException("kill", "pid " + pid, LibC.errno());
        }
        waitFor(LibC.P_PID, pid, LibC.WEXITED);
    }

    /** The pid of the child that was seen dead, 0 when there is none. */
    private static int waitFor(int idtype, int id, int options) throws ErrnoException {
        int[] info = new int[LibC.SIZEOF_SIGINFO / Integer.BYTES];
        while (LibC.waitid(idtype, id, info, options) < 0) {
            int errno = LibC.errno();
            if (errno == Errno.ECHILD) {
                return 0;
            }
            if (errno != Errno.EINTR) {
                throw new ErrnoException("waitid", "", errno);
            }
        }
        return WaitStatus.pid(info);
    }
}
