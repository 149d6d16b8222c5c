package io.shipote.daemon.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.Reply;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WireJson;
import io.shipote.core.Loop;
import java.util.Optional;

/** One connection: takes a call, has it handled, sends its answer, takes the next. Loop only. */
final class ControlHandler extends ChannelInboundHandlerAdapter {
    private final Desk desk;
    private final FrameDecoder decoder;
    private final Peer peer;
    private ChannelHandlerContext context;
    private Output output;
    private OpenCall current;
    private boolean paused;

    ControlHandler(Desk desk, FrameDecoder decoder, Peer peer) {
        this.desk = desk;
        this.decoder = decoder;
        this.peer = peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        output = new Output(ctx.channel(), desk.traffic(), desk.mapper(), this::drained);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws JsonProcessingException {
        if (message instanceof BadFrame bad) {
            refuse(ctx, bad);
        } else {
            answer((Call) message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.abandon();
            current = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        desk.broken(ctx, cause);
    }

    private void answer(Call call) throws JsonProcessingException {
        OpenCall open = new OpenCall(this, call);
        current = open;
        decoder.hold(true);
        try {
            if (call.upgrade() && decoder.hasMore() && desk.upgrades(call.method())) {
                // Whether they are calls or frames nobody could know who does not know the answer yet.
                throw new BadFrame("there are bytes behind a call with upgrade: wait for its reply");
            }
            desk.dispatch(call, open);
        } catch (BadFrame e) {
            refuse(context, e);
        } catch (ProtocolFault e) {
            open.fault(e.reply());
        } catch (ShipoteException e) {
            open.fail(e);
        } catch (RuntimeException e) {
            open.broken(e);
        }
    }

    private void refuse(ChannelHandlerContext ctx, BadFrame bad) throws JsonProcessingException {
        if (current != null) {
            // Its answer could no longer be told from the one to the bad frame.
            current.abandon();
            current = null;
        }
        output.send(output.encode(Faults.badFrame(bad.getMessage()))).addListener(ChannelFutureListener.CLOSE);
    }

    /** A call has had its last answer, or nobody awaits it any more. */
    void over(Call call, CallObserver.Outcome outcome) {
        desk.over(call, peer, outcome);
    }

    /** The present call has had its last answer. */
    void ended(OpenCall call) {
        if (current == call) {
            current = null;
            goOn();
        }
    }

    /** Sends the last reply there is on this connection and leaves it to the stream that follows. */
    Duplex upgrade(byte[] reply) {
        current = null;
        decoder.retire();
        output.send(reply);
        DuplexHandler duplex = new DuplexHandler(desk, output);
        context.pipeline().addLast(duplex);
        context.pipeline().remove(decoder);
        context.pipeline().remove(this);
        context.channel().config().setAutoRead(true);
        return duplex;
    }

    private void drained() {
        if (current != null) {
            current.drained();
        } else {
            goOn();
        }
    }

    /** Takes the next call, unless the client does not read the answers it has got. */
    private void goOn() {
        decoder.hold(paused || !output.hasRoom(0));
    }

    /** Whether calls are left to wait in the kernel; the present one goes on. */
    void pause(boolean on) {
        paused = on;
        if (on) {
            decoder.hold(true);
            context.channel().config().setAutoRead(false);
        } else if (current == null) {
            goOn();
        }
    }

    /** Answers a call that an earlier program took from this connection. */
    void answerLate(Object outRecord) {
        try {
            output.send(output.encode(new Reply(json().toTree(outRecord), false, null)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the late reply cannot be written", e);
        }
    }

    /** The call that is being answered; null if there is none. */
    OpenCall current() {
        return current;
    }

    /** Whether nothing of this connection is in this process: no call, no part of one, no part of an answer. */
    boolean idle() {
        return current == null && !decoder.hasMore() && !output.waiting();
    }

    /** What the next program needs to go on where this one is; empty if it cannot. */
    Optional<Kept> kept(int descriptor) {
        Optional<Call> successor = Optional.ofNullable(current).flatMap(OpenCall::successor);
        if (current != null && successor.isEmpty()) {
            return Optional.empty();
        }
        boolean early = current != null && current.early();
        return Optional.of(new Kept(descriptor, successor, early, decoder.rest(), output.unsent(), false));
    }

    /** Goes on where an earlier program was. */
    void goOn(Kept kept) throws JsonProcessingException {
        if (kept.output().length > 0) {
            ChannelFuture sent = output.send(kept.output());
            if (kept.ends()) {
                sent.addListener(ChannelFutureListener.CLOSE);
                return;
            }
        }
        if (kept.call().isPresent()) {
            answer(kept.call().get());
        }
        // Even if nothing had come: from here on it reads by itself.
        context.pipeline().fireChannelRead(Unpooled.wrappedBuffer(kept.input()));
    }

    Output output() {
        return output;
    }

    Limits limits() {
        return desk.traffic().limits();
    }

    WireJson json() {
        return desk.json();
    }

    Loop loop() {
        return desk.loop();
    }

    Peer peer() {
        return peer;
    }
}
