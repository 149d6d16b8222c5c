package io.shipote.card;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * What we add to an edge, in its object "shipote".
 *
 * @param mode what becomes of the data when a stage at one of its ends is restarted
 * @param merge how edges into the same input are mixed; they must agree
 * @param pipeBytes size asked for of its pipe, {@value #PIPE_BYTES_MIN} to {@value #PIPE_BYTES_MAX}; the kernel rounds
 *     it up to a power of two of pages (fcntl(2), F_SETPIPE_SZ)
 * @param tap whether it can be listened to
 */
public record EdgeOptions(Mode mode, Merge merge, Optional<Long> pipeBytes, boolean tap) {
    /** One page, the smallest pipe there is. */
    public static final long PIPE_BYTES_MIN = 4096;

    /** What the kernel lets anybody have, unless {@code /proc/sys/fs/pipe-max-size} was changed. */
    public static final long PIPE_BYTES_MAX = 1024 * 1024;

    /** Those of an edge that says nothing. */
    public static final EdgeOptions DEFAULT = new EdgeOptions(Mode.BATCH, Merge.LINES, Optional.empty(), false);

    /** What becomes of the data when a stage at one of the edge's ends is restarted. */
    public enum Mode implements Word {
        /** One start of the producer feeds one start of the consumer: the end of the one is the end of the other's input. */
        BATCH,
        /** The pipe outlives both: who is started again goes on where its predecessor stopped. */
        STREAM;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How several edges into the same input are mixed. */
    public enum Merge implements Word {
        /** Whole lines in turns. */
        LINES,
        /** Whatever comes, as it comes: for data that has no lines. */
        BYTES;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the object "shipote" of an edge; absent keys mean the default. */
    static EdgeOptions decode(Optional<ObjectNode> own, String path, Problems problems) {
        if (own.isEmpty()) {
            return DEFAULT;
        }
        FieldReader in = new FieldReader(own.get(), path, problems);
        EdgeOptions options = new EdgeOptions(
                in.word("mode", Mode.values(), DEFAULT.mode),
                in.word("merge", Merge.values(), DEFAULT.merge),
                in.optionalU32("pipe_bytes"),
                in.flag("tap", DEFAULT.tap));
        in.refuseUnknown();
        options.pipeBytes.ifPresent(bytes -> {
            if (bytes < PIPE_BYTES_MIN || bytes > PIPE_BYTES_MAX) {
                problems.add(
                        in.at("pipe_bytes"),
                        "must be from " + PIPE_BYTES_MIN + " to " + PIPE_BYTES_MAX + ", not " + bytes);
            }
        });
        return options;
    }

    /** The object "shipote": only what differs from the default. */
    ObjectNode encode() {
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        if (mode != DEFAULT.mode) {
            own.put("mode", mode.word());
        }
        if (merge != DEFAULT.merge) {
            own.put("merge", merge.word());
        }
        pipeBytes.ifPresent(bytes -> own.put("pipe_bytes", bytes));
        if (tap) {
            own.put("tap", true);
        }
        return own;
    }

    /** The same in this mode. */
    public EdgeOptions withMode(Mode changed) {
        return new EdgeOptions(changed, merge, pipeBytes, tap);
    }

    /** The same mixed in this way. */
    public EdgeOptions withMerge(Merge changed) {
        return new EdgeOptions(mode, changed, pipeBytes, tap);
    }
}
