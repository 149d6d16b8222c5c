package io.shipote.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.CardText;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One connection to the daemon, speaking Varlink: JSON objects, each ended by a NUL byte. It works on trees, so that a
 * short-lived program pays for no data binding.
 *
 * <p>For one thread at a time, except {@link #close}, which any thread may call to end a call that waits. There is no
 * time limit on a reply.
 */
public final class Connection implements AutoCloseable {
    /** Bytes of a call, at most. */
    public static final int MAX_CALL = 1 << 20;

    /** Bytes of a reply, at most. */
    public static final int MAX_REPLY = 16 << 20;

    /** Streams of which each reply tells how things are, and none is missed if there are fewer. */
    private static final Set<String> REPEATED =
            Set.of("io.shipote.Top", "io.shipote.ListFlows", "io.shipote.WorkspaceStats");

    private static final int FIRST_BUFFER = 8 << 10;

    private final SocketChannel channel;
    private final Path socket;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int start;
    private int end;
    /** What the connection has become; null while it is one of calls. */
    private volatile Duplex stream;

    private Connection(SocketChannel channel, Path socket) {
        this.channel = channel;
        this.socket = socket;
    }

    /**
     * @throws NoDaemonException if nothing listens on the socket
     * @throws ShipoteException {@link ErrorCode#DENIED} if the socket belongs to someone else
     */
    public static Connection open(Path socket) {
        Locations.requireFits(socket);
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Connection(channel, socket);
        } catch (IOException e) {
            closeQuietly(channel, e);
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("Permission denied") || reason.contains("not permitted")) {
                throw new ShipoteException(
                        ErrorCode.DENIED, "no permission for the socket " + socket + " (is it another user's daemon?)");
            }
            throw new NoDaemonException(socket, e);
        }
    }

    private static void closeQuietly(SocketChannel channel, IOException because) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /**
     * Calls a method and waits for its reply. A call that only waits is made again if the daemon is replaced meanwhile.
     *
     * @param method the full name, such as {@code io.shipote.Health}
     * @return the reply's parameters
     * @throws ShipoteException the daemon's error
     * @throws ConnectionException if the connection was lost or the reply is no reply; it is closed then
     */
    public ObjectNode call(String method, ObjectNode parameters) {
        while (true) {
            send(method, parameters, "");
            ObjectNode reply = receive(true);
            if (!Replies.isBrokenOff(reply)) {
                return Replies.parameters(reply);
            }
        }
    }

    /**
     * Calls a method that takes the connection over. Afterwards the connection cannot be used for calls: it belongs to the
     * stream, which closes it.
     *
     * @throws ShipoteException the daemon's error; the connection can be used for another call then
     * @throws ConnectionException as {@link #call}
     */
    public Upgraded<ObjectNode> upgrade(String method, ObjectNode parameters) {
        send(method, parameters, "upgrade");
        ObjectNode reply = Replies.parameters(receive(true));
        try {
            stream = Duplex.over(channel, ByteBuffer.wrap(buffer, start, end - start));
            return new Upgraded<>(reply, stream);
        } catch (IOException e) {
            close();
            throw lost(true, true, e);
        }
    }

    /**
     * Calls a method that answers more than once, and waits for the last reply. Where each reply stands for itself, the call
     * is made again if the daemon is replaced meanwhile; else that is an error ({@link ErrorCode#BUSY}, limit
     * {@code upgrade}), as it is for the caller to say where to go on.
     *
     * @param each gets every reply's parameters, on this thread; what it throws ends the call and closes the connection
     * @throws ShipoteException the daemon's error
     * @throws ConnectionException as {@link #call}
     */
    public void stream(String method, ObjectNode parameters, Consumer<ObjectNode> each) {
        send(method, parameters, "more");
        boolean ended = false;
        try {
            boolean more = true;
            while (more) {
                ObjectNode reply = receive(false);
                if (REPEATED.contains(method) && Replies.isBrokenOff(reply)) {
                    send(method, parameters, "more");
                    continue;
                }
                more = reply.path("continues").asBoolean(false);
                ended = !more;
                each.accept(Replies.parameters(reply));
            }
        } catch (ShipoteException e) {
            ended |= Replies.isFromPeer(e);
            throw e;
        } finally {
            if (!ended) {
                close();
            }
        }
    }

    /** Waits until the daemon closes the connection, as it does when it ends, and closes it here too. */
    public void awaitEnd() {
        ByteBuffer rest = ByteBuffer.allocate(FIRST_BUFFER);
        try {
            while (channel.read(rest) >= 0) {
                rest.clear();
            }
        } catch (IOException e) {
            // A connection that is reset has ended as well.
            return;
        } finally {
            close();
        }
    }

    /** Whether it can be used for another call. */
    boolean isOpen() {
        return channel.isOpen();
    }

    /** @param flag set in the call; empty for none */
    private void send(String method, ObjectNode parameters, String flag) {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("method", method);
        call.set("parameters", parameters);
        if (!flag.isEmpty()) {
            call.put(flag, true);
        }
        byte[] text = CardText.compactBytes(call);
        if (text.length > MAX_CALL) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the call has " + text.length + " bytes, more than " + MAX_CALL + " (send a smaller spec)");
        }
        // The array's last byte is the frame's NUL.
        ByteBuffer frame = ByteBuffer.wrap(Arrays.copyOf(text, text.length + 1));
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (IOException e) {
            refuseAsTold(e);
            close();
            throw lost(false, false, e);
        }
    }

    /** A daemon that has no room for another connection says so before it closes this one. */
    private void refuseAsTold(IOException because) {
        try {
            Replies.parameters(receive(false));
        } catch (ConnectionException e) {
            because.addSuppressed(e);
        }
    }

    /** @param doubt whether it matters that a call without a reply may have been carried out */
    private ObjectNode receive(boolean doubt) {
        byte[] frame;
        try {
            frame = nextFrame();
        } catch (IOException e) {
            close();
            throw lost(true, doubt, e);
        }
        JsonNode reply;
        try {
            reply = CardJson.parse(frame);
        } catch (CardSyntaxException e) {
            close();
            throw new ConnectionException("the daemon's reply is no JSON: " + e.getMessage(), true, e);
        }
        if (!(reply instanceof ObjectNode)) {
            close();
            throw new ConnectionException("the daemon's reply is no object", true, null);
        }
        return (ObjectNode) reply;
    }

    private byte[] nextFrame() throws IOException {
        int searched = start;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == 0) {
                    byte[] frame = Arrays.copyOfRange(buffer, start, i);
                    start = i + 1;
                    return frame;
                }
            }
            if (end - start > MAX_REPLY) {
                throw new IOException("a reply is larger than " + MAX_REPLY + " bytes");
            }
            makeRoom();
            searched = end;
            int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
            if (count < 0) {
                throw new IOException(end > start ? "it was closed within a reply" : "it was closed");
            }
            end += count;
        }
    }

    private void makeRoom() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, MAX_REPLY + FIRST_BUFFER));
        }
    }

    private ConnectionException lost(boolean sent, boolean doubt, IOException cause) {
        String known = doubt ? ", it is not known whether the call was carried out" : "";
        String message = "the connection to " + socket + " was lost: " + cause.getMessage() + known;
        return new ConnectionException(message, sent, cause);
    }

    /** Closes the connection; a call that waits on another thread ends with a {@link ConnectionException}. */
    @Override
    public void close() {
        try {
            channel.close();
            if (stream != null) {
                stream.close();
            }
        } catch (IOException e) {
            throw new ConnectionException("closing the connection to " + socket + ": " + e.getMessage(), false, e);
        }
    }
}
