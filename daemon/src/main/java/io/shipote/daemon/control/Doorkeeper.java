package io.shipote.daemon.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands at the listening socket for the case that no descriptor is left (EMFILE, accept(2)). It keeps one in reserve;
 * given up, it lets the next connection in for as long as it takes to tell the client why it is closed. Without it a
 * client would wait for ever in the kernel's queue. Loop only.
 */
final class Doorkeeper extends ChannelInboundHandlerAdapter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
    private static final Path ANY_FILE = Path.of("/dev/null");

    /** Between two tries to accept, so that a connection that cannot be taken does not keep the loop busy. */
    private static final long PAUSE_MS = 200;

    private FileChannel reserve;
    private boolean scarce;

    Doorkeeper() throws IOException {
        reserve = FileChannel.open(ANY_FILE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        if (!scarce) {
            LOG.warn("connections cannot be accepted: {} (raise the daemon's limit of open files)", cause.getMessage());
            scarce = true;
        }
        if (reserve != null) {
            // The loop tries again at once: no other thread must come in between and keep what is given up here.
            close();
            return;
        }
        ctx.channel().config().setAutoRead(false);
        ctx.channel()
                .eventLoop()
                .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    /** Whether there are descriptors for more than the connection that has just been accepted. */
    boolean hasRoom() {
        refill();
        if (reserve == null) {
            return false;
        }
        if (scarce) {
            LOG.info("connections are accepted again");
            scarce = false;
        }
        return true;
    }

    /** For the next who is to be refused, as soon as this one has gone. */
    void refill() {
        if (reserve != null) {
            return;
        }
        try {
            reserve = FileChannel.open(ANY_FILE);
        } catch (IOException e) {
            LOG.debug("there is still no descriptor", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (reserve != null) {
            reserve.close();
            reserve = null;
        }
    }
}
