package io.shipote.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The time in which no connection is accepted and no further call taken, because the daemon is about to be replaced or ends. What
 * clients send meanwhile waits in the kernel, for whoever has the descriptors then. Loop only.
 */
public final class Standstill {
    private final Channel listening;
    private final ChannelGroup connections;

    Standstill(Channel listening, ChannelGroup connections) {
        this.listening = listening;
        this.connections = connections;
    }

    /** Takes no more calls; those that are being answered go on. */
    public void begin() {
        listening.config().setAutoRead(false);
        connections.forEach(channel -> handler(channel).ifPresent(handler -> handler.pause(true)));
    }

    /** All is as it was before. */
    public void end() {
        connections.forEach(channel -> handler(channel).ifPresent(handler -> handler.pause(false)));
        listening.config().setAutoRead(true);
    }

    /** The calls that are being answered, besides {@code mine} and those that may last for ever. */
    public Set<Exchange> answering(Exchange mine) {
        return connections.stream()
                .flatMap(channel -> handler(channel).stream())
                .map(ControlHandler::current)
                .filter(call -> call != null && call != mine && !call.standing())
                .collect(Collectors.toSet());
    }

    /** Ends all that the next program cannot go on with, but {@code mine}; each is told why. */
    public void breakOff(Exchange mine) {
        for (Channel channel : connections) {
            channel.pipeline().fireUserEventTriggered(DuplexHandler.REPLACED);
            handler(channel)
                    .map(ControlHandler::current)
                    .filter(call -> call != mine && call.successor().isEmpty())
                    .ifPresent(OpenCall::breakOff);
        }
    }

    /** Ends all that only waits, as the daemon stops; a change that is not done yet is left without an answer. */
    void endWaits() {
        connections.stream()
                .flatMap(channel -> handler(channel).stream())
                .map(ControlHandler::current)
                .filter(call -> call != null && call.standing())
                .forEach(OpenCall::stopping);
    }

    /** The descriptor of the connection that waits for {@code mine}; empty if its client is gone. */
    public OptionalInt caller(Exchange mine) {
        return connections.stream()
                .filter(channel -> handler(channel)
                        .filter(handler -> handler.current() == mine)
                        .isPresent())
                .mapToInt(Standstill::descriptor)
                .findFirst();
    }

    /** The descriptors of the connections on which nothing is under way. */
    public List<Integer> idle() {
        List<Integer> found = new ArrayList<>();
        for (Channel channel : connections) {
            if (channel.isActive()
                    && handler(channel).filter(ControlHandler::idle).isPresent()) {
                found.add(descriptor(channel));
            }
        }
        return found;
    }

    /** The connections on which something is under way that another program can go on with, but that of {@code mine}. */
    public List<Kept> kept(Exchange mine) {
        List<Kept> found = new ArrayList<>();
        for (Channel channel : connections) {
            if (channel.isActive()) {
                handler(channel)
                        .filter(handler -> !handler.idle() && handler.current() != mine)
                        .flatMap(handler -> handler.kept(descriptor(channel)))
                        .ifPresent(found::add);
                Optional.ofNullable(channel.pipeline().get(DuplexHandler.class))
                        .ifPresent(duplex -> found.add(duplex.kept(descriptor(channel))));
            }
        }
        return found;
    }

    private static int descriptor(Channel channel) {
        return ((EpollDomainSocketChannel) channel).fd().intValue();
    }

    private static Optional<ControlHandler> handler(Channel channel) {
        return Optional.ofNullable(channel.pipeline().get(ControlHandler.class));
    }
}
