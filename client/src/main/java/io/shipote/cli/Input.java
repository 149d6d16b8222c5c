package io.shipote.cli;

import io.shipote.card.wire.StreamEnd;
import io.shipote.client.ConnectionException;
import io.shipote.client.Duplex;
import io.shipote.client.Frame;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** Standard input on its way to a command, until it ends or the command reads no more. */
final class Input {
    private static final int CHUNK = 64 << 10;

    /** The daemon has said why a stream ended before it answers anything about the command. */
    private static final Duration LOOK = Duration.ofMillis(1);

    private final Duplex stream;
    private final Console console;
    private volatile boolean unreadable;

    private Input(Duplex stream, Console console) {
        this.stream = stream;
        this.console = console;
    }

    /** Copies on a thread of its own, which does not hold the process up. */
    static Input copying(Duplex stream, Console console) {
        Input input = new Input(stream, console);
        Thread thread = new Thread(input::copy, "standard input");
        thread.setDaemon(true);
        thread.start();
        return input;
    }

    private void copy() {
        try {
            copy(new FileInputStream(FileDescriptor.in), stream);
        } catch (IOException e) {
            unreadable = true;
            console.complain("cannot read standard input: " + e.getMessage());
            stream.close();
        } catch (ConnectionException e) {
            // The stream has ended on the other side: why is asked for after the command's end.
            return;
        }
    }

    private static void copy(InputStream from, Duplex to) throws IOException {
        byte[] buffer = new byte[CHUNK];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
        }
        to.end();
    }

    /** Whether the command, which has ended, may have missed some of it; the user is told. */
    boolean lost() {
        if (unreadable) {
            return true;
        }
        try {
            Optional<Frame> frame = stream.read(LOOK);
            while (frame.isPresent()) {
                if (frame.get() instanceof Frame.End) {
                    return lost(((Frame.End) frame.get()).why());
                }
                frame = stream.read(LOOK);
            }
            return false;
        } catch (ConnectionException e) {
            return lost(new StreamEnd(StreamEnd.FAILED, e.getMessage()));
        }
    }

    private boolean lost(StreamEnd why) {
        if (why.reason().equals(StreamEnd.FINISHED) || why.reason().equals(StreamEnd.CLOSED)) {
            return false;
        }
        console.complain("the command may have missed the end of its input: "
                + Table.printable(why.message().isEmpty() ? why.reason() : why.message()));
        return true;
    }
}
