package io.shipote.daemon.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.shipote.card.wire.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a client at once why it may not come in, and closes the connection. */
final class Refusal extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);

    private final Reply reason;
    private final Desk desk;

    Refusal(Reply reason, Desk desk) {
        this.reason = reason;
        this.desk = desk;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws JsonProcessingException {
        LOG.warn(
                "a connection is refused: {}",
                reason.parameters().path("message").textValue());
        Output output = new Output(ctx.channel(), desk.traffic(), desk.mapper(), () -> {});
        output.send(output.encode(reason)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a refused client is gone: {}", cause.getMessage());
        ctx.close();
    }
}
