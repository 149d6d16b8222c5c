package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.NoDaemonException;
import java.io.UncheckedIOException;

/** What the user is told about a failure, and the exit status it has. */
final class Failures {
    static final int OPERATION = 1;
    static final int USAGE = 2;
    static final int NO_DAEMON = 3;
    /** Our own failure where the status is otherwise a command's, and a command's status that nobody knows. */
    static final int OURS = 125;
    /** The command was there but could not be run. */
    static final int NOT_EXECUTABLE = 126;
    /** There is no such command. */
    static final int NO_COMMAND = 127;
    /** What a shell shows of a program that writes to a closed pipe. */
    static final int PIPE_CLOSED = 141;

    private static final int ENOENT = 2;

    private Failures() {}

    /** @param passes whether the verb's status is otherwise that of a command */
    static int status(RuntimeException failure, boolean passes) {
        if (failure instanceof UsageException) {
            return USAGE;
        }
        if (failure instanceof Console.OutputLost && ((Console.OutputLost) failure).readerGone()) {
            return PIPE_CLOSED;
        }
        if (failure instanceof ShipoteException) {
            ShipoteException known = (ShipoteException) failure;
            return passes ? passed(known) : known.code().exitStatus();
        }
        if (passes) {
            return OURS;
        }
        if (failure instanceof NoDaemonException || failure instanceof DaemonStartException) {
            return NO_DAEMON;
        }
        return isExpected(failure) ? OPERATION : ErrorCode.INTERNAL.exitStatus();
    }

    private static int passed(ShipoteException failure) {
        if (failure.code() != ErrorCode.NOT_STARTED) {
            return OURS;
        }
        Object errno = failure.fields().get("errno");
        boolean missing = errno instanceof JsonNode
                ? ((JsonNode) errno).asInt() == ENOENT
                : Integer.valueOf(ENOENT).equals(errno);
        return missing ? NO_COMMAND : NOT_EXECUTABLE;
    }

    private static boolean isExpected(RuntimeException failure) {
        return failure instanceof ConnectionException
                || failure instanceof SpecException
                || failure instanceof UncheckedIOException
                || failure instanceof Console.OutputLost;
    }

    /** Tells the user on standard error. */
    static void report(RuntimeException failure, Console console, String verb) {
        if (failure instanceof Console.OutputLost && ((Console.OutputLost) failure).readerGone()) {
            return;
        }
        if (failure instanceof SpecException) {
            for (String line : ((SpecException) failure).lines()) {
                console.complain(line);
            }
            return;
        }
        console.complain(text(failure, verb));
        if (failure instanceof ShipoteException) {
            details((ShipoteException) failure, console);
        }
    }

    private static String text(RuntimeException failure, String verb) {
        if (failure instanceof UsageException) {
            String name = verb.isEmpty() ? "" : verb + " ";
            String what = verb.isEmpty() ? "" : verb + ": ";
            return what + failure.getMessage() + " (see: shipote " + name + "--help)";
        }
        if (failure instanceof UncheckedIOException) {
            return Table.printable(failure.getMessage()) + ": " + reason((UncheckedIOException) failure);
        }
        if (failure instanceof ShipoteException) {
            return withHint((ShipoteException) failure);
        }
        return isExpected(failure) || failure instanceof DaemonStartException
                ? failure.getMessage()
                : "internal error: " + failure;
    }

    private static String reason(UncheckedIOException failure) {
        Throwable cause = failure.getCause();
        // The message before it names the file; the cause may name one that only we know, such as a temporary one.
        if (cause instanceof java.nio.file.NoSuchFileException) {
            return "no such file or directory";
        }
        if (cause instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(cause.getMessage());
    }

    private static String withHint(ShipoteException failure) {
        String message = failure.getMessage();
        if (message.endsWith(")")) {
            return message;
        }
        switch (failure.code()) {
            case NOT_FOUND:
                return message + " (see: shipote ws list, shipote ps --all)";
            case AMBIGUOUS:
                return message + " (give more of the id)";
            case BUSY:
                return message + " (try again)";
            case NOT_STORED:
                return message + " (nothing was changed; see: shipote health)";
            default:
                return message;
        }
    }

    private static void details(ShipoteException failure, Console console) {
        Object candidates = failure.fields().get("candidates");
        if (candidates instanceof JsonNode) {
            for (JsonNode candidate : (JsonNode) candidates) {
                console.complain("  candidate: " + Table.printable(candidate.asText()));
            }
        }
    }
}
