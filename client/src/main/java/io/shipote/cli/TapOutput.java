package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.StreamEnd;
import io.shipote.client.Frame;
import io.shipote.client.Upgraded;
import java.util.Arrays;
import java.util.Base64;

/** The bytes of a tap on standard output, and what is missing from them on standard error. */
final class TapOutput {
    private static final int GROUP = 3;

    private final Invocation in;
    private long bytesLeft;
    private long linesLeft;
    private boolean replaced;

    /** @param bytes and {@code lines}: after how many to end; null for the end of the edge */
    TapOutput(Invocation in, Long bytes, Long lines) {
        this.in = in;
        this.bytesLeft = bytes == null ? Long.MAX_VALUE : bytes;
        this.linesLeft = lines == null ? Long.MAX_VALUE : lines;
    }

    /** @return the exit status */
    int show(Upgraded<ObjectNode> tap) {
        if (in.json()) {
            in.printJsonLine(tap.reply());
        } else if (tap.reply().path("sampled").asBoolean()) {
            in.console()
                    .complain(
                            "sampled: the edge is direct, so only what waits in its pipe now and then is seen (run the"
                                    + " pipeline with --tap to see all of it)");
        }
        while (bytesLeft > 0 && linesLeft > 0) {
            Frame frame = tap.stream().read();
            if (frame instanceof Frame.Data) {
                data(((Frame.Data) frame).bytes());
            } else if (frame instanceof Frame.Gap) {
                gap((Frame.Gap) frame);
            } else {
                return end(((Frame.End) frame).why());
            }
        }
        return 0;
    }

    private void data(byte[] all) {
        byte[] bytes = upToTheLimit(all);
        if (!in.json()) {
            in.console().out(bytes);
            return;
        }
        in.printJsonLine(Invocation.parameters()
                .put("bytes", bytes.length)
                .put("data", Base64.getEncoder().encodeToString(bytes)));
    }

    private byte[] upToTheLimit(byte[] all) {
        int length = (int) Math.min(all.length, bytesLeft);
        for (int i = 0; i < length && linesLeft < Long.MAX_VALUE; i++) {
            if (all[i] == '\n' && --linesLeft == 0) {
                length = i + 1;
            }
        }
        bytesLeft -= bytesLeft == Long.MAX_VALUE ? 0 : length;
        return length == all.length ? all : Arrays.copyOf(all, length);
    }

    private void gap(Frame.Gap gap) {
        if (in.json()) {
            in.printJsonLine(Invocation.parameters().put("lost", gap.bytes()).put("above_rate", gap.aboveRate()));
        } else {
            in.console().complain(lost(gap));
        }
    }

    /** How much, and for which reason. */
    static String lost(Frame.Gap gap) {
        String all = grouped(gap.bytes()) + " bytes lost: ";
        if (gap.aboveRate() == 0) {
            return all + "reading too slowly";
        }
        return gap.aboveRate() == gap.bytes()
                ? all + "above --rate"
                : all + grouped(gap.aboveRate()) + " above --rate, the others by reading too slowly";
    }

    /** With a comma between thousands; u64 as it is. */
    static String grouped(long number) {
        StringBuilder digits = new StringBuilder(Long.toUnsignedString(number));
        for (int i = digits.length() - GROUP; i > 0; i -= GROUP) {
            digits.insert(i, ',');
        }
        return digits.toString();
    }

    /** Whether it has ended only because the daemon was replaced: it can be tapped again. */
    boolean replaced() {
        return replaced;
    }

    private int end(StreamEnd why) {
        replaced = why.reason().equals(StreamEnd.UPGRADE);
        boolean finished = why.reason().equals(StreamEnd.FINISHED);
        if (in.json()) {
            in.printJsonLine(Invocation.parameters().put("end", why.reason()).put("message", why.message()));
        } else if (replaced) {
            in.console().complain("the daemon was replaced: what went by meanwhile is missing here");
        } else if (!finished) {
            in.console()
                    .complain("the tap has ended: "
                            + (why.message().isEmpty() ? why.reason() : Table.printable(why.message())));
        }
        return finished ? 0 : Failures.OPERATION;
    }
}
