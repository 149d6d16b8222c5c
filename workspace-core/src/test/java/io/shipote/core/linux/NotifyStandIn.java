package io.shipote.core.linux;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A service manager's end of a notify socket: keeps all messages. One thread at a time. */
public final class NotifyStandIn implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MAX_MESSAGE = 4_096;

    static {
        Native.register(NotifyStandIn.class, (String) null);
    }

    private final String name;
    private final Fd socket;
    private final List<String> messages = new ArrayList<>();

    private static native int socket(int domain, int type, int protocol);

    private static native int bind(int fd, byte[] address, int length);

    /** @param name a path, or {@code @} and an abstract name */
    public NotifyStandIn(String name) throws IOException {
        this.name = name;
        int number = socket(AF_UNIX, SOCK_DGRAM | LibC.O_CLOEXEC | LibC.O_NONBLOCK, 0);
        this.socket = Fd.owned(number);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean path = name.startsWith("/");
        ByteBuffer address =
                ByteBuffer.allocate(Short.BYTES + bytes.length + (path ? 1 : 0)).order(ByteOrder.nativeOrder());
        address.putShort(AF_UNIX).put(bytes);
        if (!path) {
            address.put(Short.BYTES, (byte) 0);
        }
        if (bind(number, address.array(), address.capacity()) < 0) {
            socket.close();
            throw new IOException("cannot bind " + name);
        }
    }

    /** All messages until now, in order. */
    public List<String> messages() throws IOException {
        byte[] buffer = new byte[MAX_MESSAGE];
        long count = LibC.read(socket.number(), buffer, buffer.length);
        while (count >= 0) {
            messages.add(new String(buffer, 0, (int) count, StandardCharsets.UTF_8));
            count = LibC.read(socket.number(), buffer, buffer.length);
        }
        return List.copyOf(messages);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        if (name.startsWith("/")) {
            Files.deleteIfExists(Path.of(name));
        }
    }
}
