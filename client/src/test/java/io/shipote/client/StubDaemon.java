package io.shipote.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A daemon that answers as a test says, on a real socket. */
public final class StubDaemon implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Script script;
    private final BlockingQueue<ObjectNode> calls = new LinkedBlockingQueue<>();

    /** What a call is answered with: bytes to send; {@link #HANG_UP} at the end closes the connection. */
    public interface Script {
        String answer(ObjectNode call);
    }

    /** At the end of an answer: the connection is closed after it. */
    public static final String HANG_UP = "\u0001";

    public StubDaemon(Path directory, Script script) {
        this.socket = directory.resolve("control.sock");
        this.script = script;
        try {
            Files.deleteIfExists(socket);
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public static String reply(String parameters) {
        return "{\"parameters\":" + parameters + "}\0";
    }

    public static String more(String parameters) {
        return "{\"continues\":true,\"parameters\":" + parameters + "}\0";
    }

    public static String error(String name, String parameters) {
        return "{\"error\":\"" + name + "\",\"parameters\":" + parameters + "}\0";
    }

    public Path socket() {
        return socket;
    }

    /** The calls received, in order. */
    public BlockingQueue<ObjectNode> calls() {
        return calls;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "stub daemon");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                start(() -> serve(client));
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            byte[] frame = frame(client);
            while (frame != null) {
                ObjectNode call = (ObjectNode) CardJson.parse(frame);
                calls.add(call);
                String answer = script.answer(call);
                boolean hangUp = answer.endsWith(HANG_UP);
                String text = hangUp ? answer.substring(0, answer.length() - 1) : answer;
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
                if (hangUp) {
                    return;
                }
                frame = frame(client);
            }
        } catch (IOException e) {
            // The client went away in the middle, as some tests want.
            calls.add(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                    .objectNode()
                    .put("fault", e.getMessage()));
        }
    }

    private static byte[] frame(SocketChannel client) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        var in = Channels.newInputStream(client);
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0) {
                return null;
            }
            frame.write(b);
        }
        return frame.toByteArray();
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
