package io.shipote.core.linux;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that stays the same process, however often its number is given away; see {@code pidfd_open(2)}.
 *
 * <p>No call but {@link #await} blocks. {@link #fd()} becomes readable when the process is dead; for one that
 * is not our child watch it edge-triggered, as it stays readable while its parent does not wait for it.
 */
public final class PidFd implements AutoCloseable {
    private final int pid;
    private final Fd fd;
    private final Runnable reaped;
    private final boolean child;
    private Optional<ResourceTotals> totals = Optional.empty();

    private PidFd(int pid, Fd fd, Runnable reaped, boolean child) {
        this.pid = pid;
        this.fd = fd;
        this.child = child;
        this.reaped = reaped;
    }

    /** Empty when there is no such process (ESRCH); a zombie still is one. */
    public static Optional<PidFd> open(int pid) throws ErrnoException {
        return open(pid, () -> {}, false);
    }

    /** Our own; {@code reaped} runs as soon as {@link #reap()} has freed the number, or nobody here will. */
    static Optional<PidFd> openChild(int pid, Runnable reaped) throws ErrnoException {
        return open(pid, reaped, true);
    }

    private static Optional<PidFd> open(int pid, Runnable reaped, boolean child) throws ErrnoException {
        long number = LibC.syscall(LibC.SYS_PIDFD_OPEN, pid, 0, 0, 0);
        if (number >= 0) {
            return Optional.of(new PidFd(pid, Fd.owned((int) number), reaped, child));
        }
        int errno = LibC.errno();
        if (errno == Errno.ESRCH) {
            return Optional.empty();
        }
        throw new ErrnoException("pidfd_open", "pid " + pid, errno);
    }

    /** Whether it was our child when it was opened, so that {@link #reap()} is ours to call. */
    public boolean child() {
        return child;
    }

    /** The number it had when it was opened: for messages and {@code /proc}, never for signals. */
    public int pid() {
        return pid;
    }

    /** Owned by this object. */
    public Fd fd() {
        return fd;
    }

    /**
     * Sends a signal, or with 0 only asks whether it could; see {@code pidfd_send_signal(2)}.
     *
     * @return false when the process is gone; true for a zombie
     */
    public boolean signal(int signal) throws ErrnoException {
        if (LibC.syscall(LibC.SYS_PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0) == 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno == Errno.ESRCH) {
            return false;
        }
        throw new ErrnoException("pidfd_send_signal", "pid " + pid + " signal " + signal, errno);
    }

    /** It runs, or is a zombie that nobody has waited for yet: its number is still its own. */
    public boolean exists() throws ErrnoException {
        try {
            return signal(0);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPERM) {
                // Of another user, but there.
                return true;
            }
            throw e;
        }
    }

    /**
     * Takes the exit status of our own child, without waiting; see {@code waitid(2)}. For a process that is
     * not our child, or that somebody else has waited for, it is {@link #exitInfo()}.
     *
     * @return empty while it runs
     */
    public Optional<ExitStatus> reap() throws ErrnoException {
        int[] info = new int[LibC.SIZEOF_SIGINFO / Integer.BYTES];
        if (LibC.waitid(LibC.P_PIDFD, fd.number(), info, LibC.WEXITED | LibC.WNOHANG | LibC.WNOWAIT) == 0) {
            Optional<ExitStatus> status = WaitStatus.ofSigInfo(info);
            if (status.isPresent()) {
                free();
            }
            return freed(status);
        }
        int errno = LibC.errno();
        if (errno == Errno.ECHILD) {
            return freed(exitInfo());
        }
        throw new ErrnoException("waitid", "pid " + pid, errno);
    }

    /** As long as nobody has waited for it the number is its own; only this call tells what it has used. */
    private void free() {
        long[] rusage = new long[LibC.SIZEOF_RUSAGE / Long.BYTES];
        if (LibC.wait4(pid, new int[1], LibC.WNOHANG, rusage) == pid) {
            totals = Optional.of(ResourceTotals.of(rusage));
        } else {
            LibC.waitid(
                    LibC.P_PIDFD,
                    fd.number(),
                    new int[LibC.SIZEOF_SIGINFO / Integer.BYTES],
                    LibC.WEXITED | LibC.WNOHANG);
        }
    }

    /** What it has used, once {@link #reap()} has told its end; empty for a process that was not our child. */
    public Optional<ResourceTotals> totals() {
        return totals;
    }

    private Optional<ExitStatus> freed(Optional<ExitStatus> status) {
        if (status.isPresent()) {
            reaped.run();
        }
        return status;
    }

    /**
     * The exit status of a process that need not be our child. The kernel tells it once its parent has waited
     * for it (Linux 6.15); while it is a zombie {@code /proc/PID/stat} does, to its owner.
     *
     * @return empty while it runs, and for a zombie whose status we may not read; {@code Unknown} when it is
     *     gone and nobody can tell any more
     */
    public Optional<ExitStatus> exitInfo() throws ErrnoException {
        Optional<ExitStatus> told = toldByKernel();
        if (told.isPresent()) {
            return told;
        }
        Optional<ExitStatus> zombie = toldByZombie();
        // It still has the number after the read, so what was read was about it.
        if (exists()) {
            return zombie;
        }
        // Waited for just now, between the two looks.
        Optional<ExitStatus> late = toldByKernel();
        return late.isPresent() ? late : Optional.of(new ExitStatus.Unknown());
    }

    private Optional<ExitStatus> toldByKernel() {
        long[] info = new long[8];
        info[0] = LibC.PIDFD_INFO_EXIT;
        // Fails on older kernels, and on some of them for a process that is gone: no answer either way.
        boolean answered = LibC.ioctl(fd.number(), LibC.PIDFD_GET_INFO, info) == 0;
        if (answered && (info[0] & LibC.PIDFD_INFO_EXIT) != 0) {
            return Optional.of(WaitStatus.ofRaw((int) (info[7] >>> Integer.SIZE)));
        }
        return Optional.empty();
    }

    private Optional<ExitStatus> toldByZombie() {
        if (!ours()) {
            // The field reads 0 for strangers: that must not be taken for a success.
            return Optional.empty();
        }
        return new ProcFiles().stat(pid).filter(ProcStat::zombie).map(stat -> WaitStatus.ofRaw(stat.exitCode()));
    }

    private boolean ours() {
        int self = LibC.geteuid();
        if (self == 0) {
            return true;
        }
        try {
            return Files.getAttribute(Path.of("/proc/" + pid), "unix:uid").equals(self);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Blocks until the process is dead or {@code timeout} (up to 24 days) is over; true when it is dead. */
    public boolean await(Duration timeout) throws ErrnoException {
        long end = System.nanoTime() + timeout.toNanos();
        long left = timeout.toMillis();
        do {
            if ((fd.poll(LibC.POLLIN, (int) Math.min(left, Integer.MAX_VALUE)) & LibC.POLLIN) != 0) {
                return true;
            }
            left = (end - System.nanoTime() + 999_999) / 1_000_000;
        } while (left > 0);
        return false;
    }

    /**
     * The number that the kernel gave to this process in its file system of pidfds: unique until the next
     * boot from Linux 6.9 on; before that all have the same.
     */
    public long inode() {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.number())).stream()
                    .filter(line -> line.startsWith("ino:"))
                    .map(line -> Long.parseLong(line.substring(4).trim()))
                    .findFirst()
                    .orElse(0L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        fd.close();
        reaped.run();
    }
}
