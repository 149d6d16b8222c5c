package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;

/** Upstream's note on a node of who restarts it; upstream never reads it when running. */
public sealed interface Supervision permits Supervision.OneShot, Supervision.Delegate, Supervision.Restart {
    /** Nobody. */
    record OneShot() implements Supervision {}

    /** Somebody else. */
    record Delegate() implements Supervision {}

    /**
     * Restarted with growing delays.
     *
     * @param initialMs first delay in milliseconds
     * @param maxMs largest delay in milliseconds
     */
    record Restart(U64 initialMs, U64 maxMs, Shape shape) implements Supervision {
        public Restart(U64 initialMs, U64 maxMs) {
            this(initialMs, maxMs, Shape.NEW);
        }
    }

    /** The default. */
    Supervision ONE_SHOT = new OneShot();

    static Supervision decode(JsonNode node, String path, Problems problems) {
        String words = "one of \"OneShot\", \"Delegate\", \"Restart\"";
        Variant variant = Variant.of(node, words, path, problems);
        if (variant.isBare("OneShot")) {
            return ONE_SHOT;
        }
        if (variant.isBare("Delegate")) {
            return new Delegate();
        }
        if (variant.has("Restart")) {
            FieldReader in = new FieldReader(variant.content(), Problems.child(path, "Restart"), problems);
            return new Restart(in.u64("initial"), in.u64("max"), in.shape());
        }
        variant.unknown(words, path, problems);
        return ONE_SHOT;
    }

    default JsonNode encode() {
        if (this instanceof Restart) {
            Restart it = (Restart) this;
            return FieldWriter.variant(
                    "Restart",
                    new FieldWriter(it.shape())
                            .put("initial", it.initialMs().encode())
                            .put("max", it.maxMs().encode())
                            .end());
        }
        return FieldWriter.text(this instanceof Delegate ? "Delegate" : "OneShot");
    }
}
