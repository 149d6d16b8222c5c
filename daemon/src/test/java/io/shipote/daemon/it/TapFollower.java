package io.shipote.daemon.it;

import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowCalls.TapPipelineOut;
import io.shipote.card.wire.StreamEnd;
import io.shipote.client.Frame;
import io.shipote.client.Shipote;
import io.shipote.client.Upgraded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads numbers from a tapped edge, and taps it anew when the daemon is replaced. What goes by between two taps is missed;
 * what comes must be the numbers in order, none twice. One thread, but for what it tells when that has ended.
 */
final class TapFollower {
    private final Path socket;
    private final String pipeline;
    private final String edge;
    private String rest = "";
    private boolean cut;
    private boolean gap;
    private long last;
    private long seen;
    private long missed;
    private int taps;

    TapFollower(Path socket, String pipeline, String edge) {
        this.socket = socket;
        this.pipeline = pipeline;
        this.edge = edge;
    }

    /** Until the edge has ended. */
    void follow() {
        try (Shipote client = Shipote.connect(socket)) {
            StreamEnd end;
            do {
                miss();
                taps++;
                end = one(client);
            } while (!end.reason().equals(StreamEnd.FINISHED));
        }
    }

    private StreamEnd one(Shipote client) {
        TapPipelineIn in = new TapPipelineIn(pipeline, Optional.empty(), edge, Optional.empty(), Optional.empty());
        try (Upgraded<TapPipelineOut> tap = client.pipelines().tap(in)) {
            Frame frame = tap.stream().read();
            for (; !(frame instanceof Frame.End); frame = tap.stream().read()) {
                if (frame instanceof Frame.Data data) {
                    take(new String(data.bytes(), StandardCharsets.US_ASCII));
                } else {
                    miss();
                }
            }
            return ((Frame.End) frame).why();
        }
    }

    private void take(String text) {
        String all = rest + text;
        int end = all.lastIndexOf('\n') + 1;
        rest = all.substring(end);
        for (String line : all.substring(0, end).lines().toList()) {
            if (cut) {
                // After a gap the first line may be the end of one.
                cut = false;
                continue;
            }
            long number = Long.parseLong(line);
            if (gap ? number <= last : number != last + 1) {
                throw new AssertionError("after " + last + " the tap tells " + number);
            }
            missed += number - last - 1;
            gap = false;
            last = number;
            seen++;
        }
    }

    private void miss() {
        rest = "";
        cut = true;
        gap = true;
    }

    long seen() {
        return seen;
    }

    long last() {
        return last;
    }

    @Override
    public String toString() {
        return "the tap was made " + taps + " times and saw " + seen + " lines, not " + missed;
    }
}
