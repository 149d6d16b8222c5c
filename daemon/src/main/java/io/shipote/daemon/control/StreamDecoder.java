package io.shipote.daemon.control;

import io.netty.buffer.ByteBuf;
import io.shipote.card.wire.FrameType;

/**
 * Reads the frames that a client sends after an upgrade. Data is passed on as it comes, whole frames or parts of them, so
 * that nothing piles up here. Loop only.
 */
final class StreamDecoder {
    private final Duplex.Receiver receiver;
    private final byte[] header = new byte[FrameType.HEADER];
    private int headerBytes;
    private FrameType type = FrameType.DATA;
    /** Bytes of the payload that are still to come. */
    private int left;

    private boolean ended;
    private long frames;

    StreamDecoder(Duplex.Receiver receiver) {
        this.receiver = receiver;
    }

    /** @throws BadFrame at the first byte that breaks the rules; nothing may be fed after that */
    void feed(ByteBuf in) throws BadFrame {
        while (in.isReadable()) {
            if (left > 0) {
                payload(in);
            } else {
                header(in);
            }
        }
    }

    /** Frames that were complete so far. */
    long frames() {
        return frames;
    }

    /** Whether a frame has been begun and is not complete. */
    boolean unfinished() {
        return headerBytes > 0 || left > 0;
    }

    private void header(ByteBuf in) throws BadFrame {
        if (ended) {
            throw new BadFrame("there are bytes behind the end frame");
        }
        if (headerBytes == 0) {
            type = type(in.getUnsignedByte(in.readerIndex()));
        }
        int more = Math.min(FrameType.HEADER - headerBytes, in.readableBytes());
        in.readBytes(header, headerBytes, more);
        headerBytes += more;
        if (headerBytes < FrameType.HEADER) {
            return;
        }
        headerBytes = 0;
        long length = length();
        if (!type.takes(length)) {
            throw new BadFrame("a frame of type " + header[0] + " cannot have " + length + " bytes");
        }
        left = (int) length;
        settle();
    }

    private static FrameType type(int code) throws BadFrame {
        FrameType type = FrameType.of(code).orElseThrow(() -> new BadFrame("no frame has the type " + code));
        if (type == FrameType.GAP) {
            throw new BadFrame("a client sends no gaps");
        }
        return type;
    }

    private long length() {
        long length = 0;
        for (int i = 1; i < header.length; i++) {
            length = length << Byte.SIZE | header[i] & 0xff;
        }
        return length;
    }

    private void payload(ByteBuf in) {
        byte[] part = new byte[Math.min(left, in.readableBytes())];
        in.readBytes(part);
        left -= part.length;
        if (type == FrameType.DATA) {
            receiver.data(part);
        }
        settle();
    }

    /** Why a client ends is its own affair: the payload of its end frame is not looked at. */
    private void settle() {
        if (left > 0) {
            return;
        }
        frames++;
        if (type == FrameType.END) {
            ended = true;
            receiver.ended();
        }
    }
}
