package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Errno;
import io.shipote.core.linux.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Map;

/** Tells why a process could not be started, and what to do about the failures that users meet. */
final class LaunchFailure {
    /** The JDK tells this error by its words only. */
    private static final String TOO_MANY = "Too many open files";

    private static final String NO_DESCRIPTOR =
            " (the daemon has no descriptor left: stop something, or raise its limit of open files)";

    private LaunchFailure() {}

    /** NOT_STARTED with the path and, where the kernel gave one, the error number. */
    static ShipoteException of(LaunchPlan plan, Exception e) {
        if (e instanceof ShipoteException stated) {
            return stated;
        }
        String program = Argv.of(plan.spec()).get(0);
        if (e instanceof ErrnoException errno) {
            return new ShipoteException(
                    ErrorCode.NOT_STARTED,
                    "cannot start '" + program + "': " + errno.getMessage() + advice(program, errno),
                    Map.of("path", errno.path(), "errno", errno.errno()));
        }
        if (noDescriptor(e)) {
            return new ShipoteException(
                    ErrorCode.NOT_STARTED,
                    "cannot start '" + program + "': " + e.getMessage() + NO_DESCRIPTOR,
                    Map.of("path", program, "errno", Errno.EMFILE));
        }
        return new ShipoteException(
                ErrorCode.NOT_STARTED, "cannot start '" + program + "': " + said(e), Map.of("path", program));
    }

    /** Whether this process, or the host, has no descriptor left. */
    static boolean noDescriptor(Exception e) {
        if (e instanceof UncheckedIOException) {
            return noDescriptor((IOException) e.getCause());
        }
        return e instanceof ErrnoException errno
                ? errno.errno() == Errno.EMFILE || errno.errno() == Errno.ENFILE
                : e instanceof FileSystemException
                        && String.valueOf(e.getMessage()).contains(TOO_MANY);
    }

    /** Some of the JDK's own have no message, as of a closed channel. */
    private static String said(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static String advice(String program, ErrnoException e) {
        if (e.errno() == Errno.EMFILE) {
            return NO_DESCRIPTOR;
        }
        if (e.call().equals("chdir")) {
            return " (its working directory has to exist and be reachable for the daemon)";
        }
        if (!e.call().equals("exec")) {
            return "";
        }
        switch (e.errno()) {
            case Errno.ENOENT:
                return program.contains("/")
                        ? " (check the path)"
                        : " (is it installed? It is looked for along the daemon's PATH, or that of --env PATH=…)";
            case Errno.EACCES:
                return " (make it executable with chmod +x)";
            default:
                return "";
        }
    }
}
