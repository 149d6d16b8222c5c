package io.shipote.daemon.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.shipote.card.wire.Reply;
import java.io.ByteArrayOutputStream;

/** The replies of one connection that its client has not read yet. Loop only. */
final class Output {
    private final Channel channel;
    private final Traffic traffic;
    private Runnable drained;
    private final ObjectMapper mapper;
    private long pending;
    private boolean refused;

    /** @param drained run when there is room again after {@link #hasRoom} said no; may be run inside any call of this */
    Output(Channel channel, Traffic traffic, ObjectMapper mapper, Runnable drained) {
        this.channel = channel;
        this.traffic = traffic;
        this.mapper = mapper;
        this.drained = drained;
    }

    /** Another task for when there is room again. */
    void onDrained(Runnable task) {
        drained = task;
    }

    /** Writes trees as they are. */
    static ObjectMapper plainMapper() {
        return JsonMapper.builder().build();
    }

    /**
     * The frame of a reply, with its NUL.
     *
     * @throws JsonProcessingException if a text in it cannot be written as UTF-8
     */
    byte[] encode(Reply reply) throws JsonProcessingException {
        ObjectNode frame = mapper.createObjectNode();
        if (reply.error() != null) {
            frame.put("error", reply.error());
        }
        frame.set("parameters", reply.parameters());
        if (reply.continues()) {
            frame.put("continues", true);
        }
        byte[] json = mapper.writeValueAsBytes(frame);
        return java.util.Arrays.copyOf(json, json.length + 1);
    }

    /** The bytes that have not been written to the socket; they stay where they are. */
    byte[] unsent() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer != null && pending > 0) {
            try {
                buffer.forEachFlushedMessage(message -> {
                    ByteBuf left = (ByteBuf) message;
                    byte[] copy = new byte[left.readableBytes()];
                    left.getBytes(left.readerIndex(), copy);
                    bytes.writeBytes(copy);
                    return true;
                });
            } catch (Exception e) {
                throw new IllegalStateException("what waits for a client cannot be seen", e);
            }
        }
        return bytes.toByteArray();
    }

    /** Whether anything has not been written to the socket. */
    boolean waiting() {
        return pending > 0;
    }

    /**
     * Whether so many bytes more may wait. After a no it stays no until half is read, so that a slow client gets few large
     * gaps instead of many small ones. An empty queue takes a frame of any size, else a large one could never go.
     */
    boolean hasRoom(int bytes) {
        boolean room = pending == 0 || (!refused && pending + bytes <= traffic.outputLimit());
        refused |= !room;
        return room;
    }

    /** Sends the frame, room or not. */
    ChannelFuture send(byte[] frame) {
        pending += frame.length;
        return channel.writeAndFlush(Unpooled.wrappedBuffer(frame)).addListener((ChannelFutureListener) sent -> {
            pending -= frame.length;
            if (!sent.isSuccess()) {
                // The client is gone, or there is no memory for its output: either way it would miss a reply.
                channel.close();
            } else if (refused && pending <= traffic.outputLimit() / 2) {
                refused = false;
                drained.run();
            }
        });
    }
}
