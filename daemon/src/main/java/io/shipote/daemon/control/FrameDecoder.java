package io.shipote.daemon.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Cuts a connection's bytes at each NUL and passes them on as calls, one at a time: while {@link #hold} is on, the
 * rest waits here and, beyond that, in the kernel. What is no call is passed on as {@link BadFrame}, and nothing after it.
 *
 * <p>Loop only.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final byte[] EMPTY = {};
    private static final int FIRST_BYTES = 512;

    private final CallParser parser;
    private final Traffic traffic;
    private ChannelHandlerContext context;
    private byte[] bytes = EMPTY;
    private int start;
    private int end;
    /** Up to here there is no NUL: a frame in many small pieces is not searched again for each. */
    private int scanned;

    private boolean held;
    private boolean draining;
    private boolean dead;
    private long booked;
    private ScheduledFuture<?> deadline;

    FrameDecoder(CallParser parser, Traffic traffic) {
        this.parser = parser;
        this.traffic = traffic;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf incoming = (ByteBuf) message;
        try {
            if (!dead) {
                append(incoming);
            }
        } finally {
            incoming.release();
        }
        drain();
    }

    /** Whether to keep back the calls that come after the present one. */
    void hold(boolean on) {
        held = on;
        if (!on) {
            drain();
        }
    }

    /** Whether bytes stand behind the frame passed on last. */
    boolean hasMore() {
        return start < end;
    }

    /** The bytes behind the frame passed on last. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    /** Reads no more calls: what comes from now on is not its own. */
    void retire() {
        die();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        die();
        ctx.fireChannelInactive();
    }

    private void append(ByteBuf incoming) {
        int more = incoming.readableBytes();
        if (start > 0 && end + more > bytes.length) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            scanned -= start;
            start = 0;
        }
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, Math.max(end + more, 2 * end)));
        }
        incoming.readBytes(bytes, end, more);
        end += more;
    }

    private void drain() {
        if (draining || dead) {
            return;
        }
        draining = true;
        try {
            while (!held && !dead && takeFrame()) {
                scanned = start;
            }
        } finally {
            draining = false;
        }
        if (!dead) {
            settle();
        }
    }

    /** Passes one frame on; false if there is no whole one. */
    private boolean takeFrame() {
        while (scanned < end && bytes[scanned] != 0) {
            scanned++;
        }
        if (scanned - start > traffic.limits().frameBytes()) {
            refuse("a call has more than " + traffic.limits().frameBytes() + " bytes");
            return false;
        }
        if (scanned == end) {
            return false;
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes, start, scanned - start);
        start = ++scanned;
        try {
            context.fireChannelRead(parser.parse(frame));
        } catch (BadFrame e) {
            refuse(e);
        }
        return true;
    }

    /** After the last whole frame: books what is left over and its time limit, and reads on or not. */
    private void settle() {
        if (start == end) {
            start = end = scanned = 0;
            bytes = bytes.length > FIRST_BYTES ? EMPTY : bytes;
        }
        long left = end - start;
        boolean fits = traffic.input(left - booked);
        booked = left;
        if (left > 2L * traffic.limits().frameBytes() || !fits) {
            refuse("too many bytes of unfinished calls; try again later");
            return;
        }
        if (context.channel().config().isAutoRead() == held) {
            context.channel().config().setAutoRead(!held);
        }
        time(left > 0 && !held);
    }

    private void time(boolean unfinished) {
        if (!unfinished && deadline != null) {
            deadline.cancel(false);
            deadline = null;
        } else if (unfinished && deadline == null) {
            deadline = context.executor()
                    .schedule(
                            () -> refuse("a call was not complete after "
                                    + traffic.limits().unfinishedFrame()),
                            traffic.limits().unfinishedFrame().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void refuse(String reason) {
        refuse(new BadFrame(reason));
    }

    private void refuse(BadFrame reason) {
        die();
        context.fireChannelRead(reason);
    }

    private void die() {
        dead = true;
        bytes = EMPTY;
        start = end = scanned = 0;
        traffic.input(-booked);
        booked = 0;
        time(false);
    }
}
