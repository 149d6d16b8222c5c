package io.shipote.client;

import io.shipote.card.CardSyntaxException;
import io.shipote.card.wire.FrameType;
import io.shipote.card.wire.StreamEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An upgraded connection: bytes in both directions until one side ends it.
 *
 * <p>One thread may read while another writes; each of the two is for one thread at a time. {@link #close} is for any
 * thread, and ends a read or write that waits with a {@link ConnectionException}.
 */
public final class Duplex implements AutoCloseable {
    private static final int BUFFER = FrameType.HEADER + FrameType.MAX_DATA;
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile Runnable whenClosed = () -> {};
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER);

    private Duplex(SocketChannel channel, Selector readable, Selector writable) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
    }

    /** @param early bytes that have been read behind the reply */
    static Duplex over(SocketChannel channel, ByteBuffer early) throws IOException {
        channel.configureBlocking(false);
        Selector readable = Selector.open();
        Selector writable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
        Duplex duplex = new Duplex(channel, readable, writable);
        duplex.in.put(early);
        return duplex;
    }

    /**
     * Waits for the next frame, without a time limit.
     *
     * @throws ConnectionException if the connection is lost before the end frame, or what comes is no frame
     */
    public Frame read() {
        Optional<Frame> frame = Optional.empty();
        while (frame.isEmpty()) {
            frame = readUntil(Long.MAX_VALUE);
        }
        return frame.get();
    }

    /**
     * Waits for the next frame.
     *
     * @param limit a millisecond at least
     * @return empty when the time is up
     * @throws ConnectionException as {@link #read()}
     */
    public Optional<Frame> read(Duration limit) {
        return readUntil(System.nanoTime() + limit.toNanos());
    }

    private Optional<Frame> readUntil(long deadline) {
        try {
            while (true) {
                Optional<Frame> frame = takeFrame();
                if (frame.isPresent()) {
                    return frame;
                }
                int count = channel.read(in);
                if (count < 0) {
                    throw new IOException("it was closed without an end");
                }
                if (count == 0) {
                    long left = deadline == Long.MAX_VALUE
                            ? 0
                            : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (deadline != Long.MAX_VALUE && left <= 0) {
                        return Optional.empty();
                    }
                    await(readable, left);
                }
            }
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private Optional<Frame> takeFrame() throws IOException {
        in.flip();
        try {
            if (in.remaining() < FrameType.HEADER) {
                return Optional.empty();
            }
            int code = in.get(in.position());
            long length = Integer.toUnsignedLong(in.getInt(in.position() + 1));
            FrameType type = FrameType.of(code)
                    .filter(known -> known.takes(length))
                    .orElseThrow(() -> new IOException("no frame has type " + code + " and " + length + " bytes"));
            if (in.remaining() < FrameType.HEADER + length) {
                return Optional.empty();
            }
            in.position(in.position() + FrameType.HEADER);
            byte[] payload = new byte[(int) length];
            in.get(payload);
            return Optional.of(frame(type, payload));
        } finally {
            in.compact();
        }
    }

    private static Frame frame(FrameType type, byte[] payload) throws IOException {
        switch (type) {
            case DATA:
                return new Frame.Data(payload);
            case GAP:
                ByteBuffer numbers = ByteBuffer.wrap(payload);
                return new Frame.Gap(numbers.getLong(), numbers.hasRemaining() ? numbers.getLong() : 0);
            default:
                try {
                    return new Frame.End(StreamEnd.decode(payload));
                } catch (CardSyntaxException e) {
                    throw new IOException("its end frame is no JSON", e);
                }
        }
    }

    /**
     * Sends bytes; waits while the daemon takes none, which it does while what they go to is full.
     *
     * @throws ConnectionException if the daemon has closed the connection: {@link #read()} tells why
     */
    public void write(byte[] bytes, int offset, int length) {
        for (int at = 0; at < length; at += FrameType.MAX_DATA) {
            send(FrameType.DATA.frame(bytes, offset + at, Math.min(FrameType.MAX_DATA, length - at)));
        }
    }

    /** Says that nothing more will be written. The daemon may still send. */
    public void end() {
        send(FrameType.END.frame(NOTHING, 0, 0));
    }

    private void send(byte[] frame) {
        ByteBuffer left = ByteBuffer.wrap(frame);
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    await(writable, 0);
                }
            }
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** @param millis 0 = without limit */
    private static void await(Selector selector, long millis) throws IOException {
        try {
            selector.select(millis);
            selector.selectedKeys().clear();
        } catch (java.nio.channels.ClosedSelectorException e) {
            throw new IOException("it was closed here", e);
        }
    }

    private static ConnectionException lost(IOException cause) {
        String why = cause.getMessage() == null ? "it was closed here" : cause.getMessage();
        return new ConnectionException("the stream was lost: " + why, true, cause);
    }

    /** Runs the task when it is closed. */
    void whenClosed(Runnable task) {
        whenClosed = task;
    }

    /** Ends it at once in both directions; what was written has reached the daemon or not. */
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        try {
            channel.close();
            readable.close();
            writable.close();
            whenClosed.run();
        } catch (IOException e) {
            throw new ConnectionException("closing the stream: " + e.getMessage(), true, e);
        }
    }
}
