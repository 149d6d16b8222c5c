package io.shipote.daemon.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The daemon's unix socket. Its connections live on the event loop given, which must be the loop's own; {@link #bind} and
 * {@link #close} are called from another thread and wait for it.
 */
public final class ControlServer implements AutoCloseable {
    /** Connections that the kernel keeps until they are accepted; it takes fewer if net.core.somaxconn says so. */
    private static final int BACKLOG = 1024;

    private static final int ROOT = 0;

    private final Desk desk;
    private final EventLoop eventLoop;
    private final Set<Integer> allowedUids;
    private final int ownUid;
    private final ChannelGroup connections;
    private final Doorkeeper door;
    private SocketPath socket;
    private Channel listening;
    private boolean foreign;

    /**
     * A server that is not bound yet.
     *
     * @param methods what it answers; {@code org.varlink.service} is added
     * @param allowedUids users that may connect besides our own and root
     * @throws IOException if our own user cannot be read from /proc
     */
    public ControlServer(
            Loop loop,
            EventLoop eventLoop,
            MethodTable methods,
            Limits limits,
            Set<Integer> allowedUids,
            String version)
            throws IOException {
        VarlinkService.register(methods, version);
        this.desk = new Desk(loop, methods, limits);
        this.eventLoop = eventLoop;
        this.allowedUids = Set.copyOf(allowedUids);
        this.ownUid = SocketPath.ownUid();
        this.connections = new DefaultChannelGroup(eventLoop);
        this.door = new Doorkeeper();
    }

    /**
     * Begins to listen. The caller holds the lock beside the socket, or it might take a live daemon's place.
     *
     * @throws IOException if the place is not safe or not free
     */
    public void bind(SocketPath where) throws IOException {
        where.prepareDirectory();
        where.removeStale();
        listen(
                where,
                bootstrap()
                        .channel(EpollServerDomainSocketChannel.class)
                        .bind(new DomainSocketAddress(where.path().toFile())));
        admit(where);
    }

    private void admit(SocketPath where) throws IOException {
        if (allowedUids.isEmpty()) {
            where.restrict();
        } else {
            where.share();
        }
    }

    /** What {@link #adopt} would refuse is refused now. */
    public static void inspect(SocketPath where, int descriptor) throws IOException {
        ListeningSocket.take(descriptor, where.path());
    }

    /**
     * Goes on listening on a socket that is bound and listens already.
     *
     * @param descriptor the server's from now on
     * @param foreign whether it is somebody else's, who keeps it when we end
     * @throws IOException if the descriptor is not that socket
     */
    public void adopt(SocketPath where, int descriptor, boolean foreign) throws IOException {
        ListeningSocket.take(descriptor, where.path());
        listen(
                where,
                bootstrap()
                        .channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true))
                        .register());
        this.foreign = foreign;
        if (!foreign) {
            admit(where);
        }
    }

    private ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .group(eventLoop)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                // Few and small buffers that live for moments: a pool would only keep memory.
                .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .handler(door)
                .childHandler(new Accept());
    }

    private void listen(SocketPath where, ChannelFuture begun) throws IOException {
        begun.awaitUninterruptibly();
        if (!begun.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + where.path() + ": " + begun.cause().getMessage(), begun.cause());
        }
        listening = begun.channel();
        socket = where;
    }

    /** Goes on with connections on which no call is under way; they are the server's from now on. */
    public void goOn(List<Integer> descriptors) throws IOException {
        for (int descriptor : descriptors) {
            connect(descriptor, true);
        }
    }

    /** Goes on with a connection on which something is under way; it is the server's from now on. */
    public void goOn(Kept kept) throws IOException {
        Channel channel = connect(kept.descriptor(), false);
        eventLoop
                .submit(() -> {
                    ControlHandler handler = channel.pipeline().get(ControlHandler.class);
                    if (handler != null) {
                        handler.goOn(kept);
                    }
                    return null;
                })
                .awaitUninterruptibly();
    }

    /** Goes on with a connection that waits for this reply. */
    public void goOn(int descriptor, Object outRecord) throws IOException {
        Channel channel = connect(descriptor, false);
        eventLoop
                .submit(() -> {
                    Optional.ofNullable(channel.pipeline().get(ControlHandler.class))
                            .ifPresent(handler -> handler.answerLate(outRecord));
                    channel.config().setAutoRead(true);
                })
                .awaitUninterruptibly();
    }

    private Channel connect(int descriptor, boolean reading) throws IOException {
        Fd.owned(descriptor).keepOverExec(false);
        EpollDomainSocketChannel channel = new EpollDomainSocketChannel(descriptor);
        channel.config().setAutoRead(reading);
        channel.config().setAllocator(UnpooledByteBufAllocator.DEFAULT);
        channel.pipeline().addLast(new Accept());
        return eventLoop.register(channel).awaitUninterruptibly().channel();
    }

    /** For the time in which the daemon is about to be replaced. */
    public Standstill standstill() {
        return new Standstill(listening, connections);
    }

    /** The descriptor of the socket that it listens on. */
    public int descriptor() {
        return ((EpollServerDomainSocketChannel) listening).fd().intValue();
    }

    /** Whether the socket is somebody else's. */
    public boolean foreign() {
        return foreign;
    }

    /** Ends all upgraded connections, with the reason that the daemon stops; before what they show is taken down. */
    public void endStreams() {
        eventLoop
                .submit(() -> connections.forEach(
                        channel -> channel.pipeline().fireUserEventTriggered(DuplexHandler.STOPPING)))
                .awaitUninterruptibly();
    }

    /** Takes no more connections, tells who waits, closes all connections and removes the socket. */
    @Override
    public void close() throws IOException {
        if (listening == null) {
            door.close();
            return;
        }
        eventLoop
                .submit(() -> {
                    Standstill end = standstill();
                    // What comes behind a call that ends now is not for us any more.
                    end.begin();
                    end.endWaits();
                })
                .awaitUninterruptibly();
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        door.close();
        if (!foreign) {
            Files.deleteIfExists(socket.path());
        }
        listening = null;
    }

    private final class Accept extends ChannelInitializer<EpollDomainSocketChannel> {
        @Override
        protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
            PeerCredentials credentials = channel.peerCredentials();
            int uid = credentials.uid();
            connections.add(channel);
            if (uid != ownUid && uid != ROOT && !allowedUids.contains(uid)) {
                refuse(
                        channel,
                        ErrorCode.DENIED,
                        "user " + uid + " may not use this daemon (allow_uids in config.toml)");
            } else if (!door.hasRoom()) {
                channel.closeFuture().addListener(closed -> door.refill());
                refuse(
                        channel,
                        ErrorCode.BUSY,
                        "the daemon has no descriptor left (stop something, or raise its limit of open files:"
                                + " LimitNOFILE= of its unit, or ulimit -n)");
            } else if (!desk.traffic().admit()) {
                refuse(
                        channel,
                        ErrorCode.BUSY,
                        "all " + desk.traffic().limits().connections()
                                + " connections are taken; close some, or try again");
            } else {
                channel.closeFuture().addListener(closed -> desk.traffic().leave());
                FrameDecoder decoder = new FrameDecoder(desk.parser(), desk.traffic());
                channel.pipeline()
                        .addLast(decoder, new ControlHandler(desk, decoder, new Peer(uid, credentials.pid())));
            }
        }

        private void refuse(Channel channel, ErrorCode code, String message) {
            channel.pipeline().addLast(new Refusal(Faults.of(desk.json(), new ShipoteException(code, message)), desk));
        }
    }
}
