package io.shipote.client;

/**
 * The answer of a method that took its connection over.
 *
 * @param reply what the daemon answered
 * @param stream the connection, which is the caller's to close
 */
public record Upgraded<T>(T reply, Duplex stream) implements AutoCloseable {
    @Override
    public void close() {
        stream.close();
    }
}
