package io.shipote.daemon.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that knows frames and nothing else. */
public final class WireClient implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();

    public WireClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Sends one frame. */
    public void call(String json) throws IOException {
        send((json.replace('\'', '"') + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** The next frame; null at the end. */
    public String reply() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == 0) {
                    return frame.toString(StandardCharsets.UTF_8);
                }
                frame.write(b);
            }
            buffer.clear();
            int got = channel.read(buffer);
            buffer.flip();
            if (got < 0) {
                return null;
            }
        }
    }

    /** One call and its reply. */
    public String ask(String json) throws IOException {
        call(json);
        return reply();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
