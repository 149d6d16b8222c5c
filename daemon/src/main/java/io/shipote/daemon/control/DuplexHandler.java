package io.shipote.daemon.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.shipote.card.wire.FrameType;
import io.shipote.card.wire.StreamEnd;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One connection after its upgrade. Loop only. */
final class DuplexHandler extends ChannelInboundHandlerAdapter implements Duplex {
    /** Tells every upgraded connection that the daemon stops. */
    static final StreamEnd STOPPING = new StreamEnd(StreamEnd.STOPPING, "the daemon stops");

    /** Tells every upgraded connection that the daemon is replaced. */
    static final StreamEnd REPLACED =
            new StreamEnd(StreamEnd.UPGRADE, "the daemon is being replaced by another version (begin again)");

    private final Desk desk;
    private final Output output;
    private ChannelHandlerContext context;
    private Receiver receiver;
    private StreamDecoder decoder;
    private ScheduledFuture<?> deadline;
    private boolean held;
    private boolean over;
    /** Bytes for the client that no gap has told of yet. */
    private long lost;
    /** Those of them that were left out by its wish. */
    private long wished;

    DuplexHandler(Desk desk, Output output) {
        this.desk = desk;
        this.output = output;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        output.onDrained(this::tellGap);
    }

    @Override
    public void receive(Receiver takes) {
        receiver = takes;
        decoder = new StreamDecoder(takes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf incoming = (ByteBuf) message;
        try {
            // What still comes after the end is read, so that the client is not stopped by a reset, and dropped.
            if (!over) {
                decoder.feed(incoming);
                time();
            }
        } catch (BadFrame e) {
            finish(new StreamEnd(StreamEnd.FAULT, e.getMessage()));
        } finally {
            incoming.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof StreamEnd why) {
            finish(why);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close();
    }

    /** What the next program still has to send; nothing else of it can go on. */
    Kept kept(int descriptor) {
        return new Kept(descriptor, Optional.empty(), false, new byte[0], output.unsent(), true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        desk.broken(ctx, cause);
    }

    @Override
    public void hold(boolean on) {
        if (over) {
            return;
        }
        held = on;
        context.channel().config().setAutoRead(!on);
        time();
    }

    @Override
    public boolean send(byte[] bytes) {
        int offset = 0;
        while (!over && lost == 0 && offset < bytes.length) {
            int length = Math.min(FrameType.MAX_DATA, bytes.length - offset);
            if (!output.hasRoom(FrameType.HEADER + length)) {
                break;
            }
            output.send(FrameType.DATA.frame(bytes, offset, length));
            offset += length;
        }
        lost += bytes.length - offset;
        return offset == bytes.length;
    }

    @Override
    public void lost(long bytes, long byWish) {
        boolean waiting = lost > 0;
        lost += bytes;
        wished += byWish;
        if (!waiting && output.hasRoom(FrameType.HEADER + 2 * Long.BYTES)) {
            tellGap();
        }
    }

    private void tellGap() {
        if (lost > 0 && !over) {
            output.send(FrameType.gap(lost, wished));
            lost = 0;
            wished = 0;
        }
    }

    @Override
    public void end(StreamEnd why) {
        if (over) {
            return;
        }
        tellGap();
        over = true;
        time();
        context.channel().config().setAutoRead(true);
        byte[] payload = why.encode();
        output.send(FrameType.END.frame(payload, 0, payload.length)).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends it by no wish of the receiver's. */
    private void finish(StreamEnd why) {
        if (!over) {
            end(why);
            receiver.closed();
        }
    }

    private void close() {
        if (!over) {
            over = true;
            time();
            receiver.closed();
        }
    }

    /** A frame that was begun must be complete in time, unless it is we who do not read. */
    private void time() {
        boolean running = !over && !held && decoder.unfinished();
        if (!running && deadline != null) {
            deadline.cancel(false);
            deadline = null;
        } else if (running && deadline == null) {
            long before = decoder.frames();
            deadline = context.executor()
                    .schedule(
                            () -> late(before),
                            desk.traffic().limits().unfinishedFrame().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** @param before the frames that were complete when the time began to run */
    private void late(long before) {
        deadline = null;
        if (decoder.frames() > before) {
            // It is another one that is under way by now.
            time();
        } else {
            finish(new StreamEnd(
                    StreamEnd.FAULT,
                    "a frame was not complete after " + desk.traffic().limits().unfinishedFrame()));
        }
    }
}
