package io.shipote.cli;

import io.shipote.client.ConnectionException;
import io.shipote.client.Duplex;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Standard input on its way to a command, until it ends or the command reads no more. */
final class Input {
    private static final int CHUNK = 64 << 10;

    private Input() {}

    /** Copies on a thread of its own, which does not hold the process up. */
    static void copy(Duplex stream, Console console) {
        Thread thread = new Thread(
                () -> {
                    try {
                        copy(new FileInputStream(FileDescriptor.in), stream);
                    } catch (IOException e) {
                        console.complain("cannot read standard input: " + e.getMessage());
                        stream.close();
                    } catch (ConnectionException e) {
                        // The command has ended or closed its input; how it ended is what its status tells.
                        stream.close();
                    }
                },
                "standard input");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(InputStream from, Duplex to) throws IOException {
        byte[] buffer = new byte[CHUNK];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
        }
        to.end();
    }
}
