package io.shipote.core.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The datagram socket on which a service manager hears from its services; see {@code sd_notify(3)} and {@code unix(7)}.
 * Every message has a socket of its own, as the manager may be another one by then. Immutable and thread-safe; never
 * waits.
 */
public final class NotifySocket {
    /** {@code sun_path}. */
    private static final int MAX_NAME = 108;

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    private final String name;
    private final byte[] address;

    private NotifySocket(String name, byte[] address) {
        this.name = name;
        this.address = address;
    }

    /**
     * The socket of this name; whether anybody listens there shows when something is sent.
     *
     * @param name an absolute path, or {@code @} and the name of an abstract socket
     * @throws IllegalArgumentException for another kind of name, or one that is too long
     */
    public static NotifySocket of(String name) {
        boolean path = name.startsWith("/");
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (!path && !name.startsWith("@") || bytes.length < 2) {
            throw new IllegalArgumentException(
                    "NOTIFY_SOCKET is neither an absolute path nor an abstract name (@...): " + name);
        }
        // A path ends with a NUL that counts; an abstract name begins with one and has no end but its length.
        int length = bytes.length + (path ? 1 : 0);
        if (length > MAX_NAME) {
            throw new IllegalArgumentException("NOTIFY_SOCKET is longer than a socket's name can be: " + name);
        }
        ByteBuffer address = ByteBuffer.allocate(Short.BYTES + length).order(ByteOrder.nativeOrder());
        address.putShort(AF_UNIX).put(bytes);
        if (!path) {
            address.put(Short.BYTES, (byte) 0);
        }
        return new NotifySocket(name, address.array());
    }

    /** @throws ErrnoException ECONNREFUSED or ENOENT if nobody listens, EAGAIN if nobody reads */
    public void send(String message) throws ErrnoException {
        int number = LibC.socket(AF_UNIX, SOCK_DGRAM | LibC.O_CLOEXEC | LibC.O_NONBLOCK, 0);
        if (number < 0) {
            throw new ErrnoException("socket", name, LibC.errno());
        }
        try (Fd socket = Fd.owned(number)) {
            if (LibC.connect(socket.number(), address, address.length) < 0) {
                throw new ErrnoException("connect", name, LibC.errno());
            }
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            if (LibC.write(socket.number(), bytes, bytes.length) < 0) {
                throw new ErrnoException("write", name, LibC.errno());
            }
        }
    }
}
