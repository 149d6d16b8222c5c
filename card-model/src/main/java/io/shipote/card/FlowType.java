package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The type of the data in a flow, as declared. */
public sealed interface FlowType permits FlowType.Primitive, FlowType.Wit {
    /** A plain format, such as {@code json}. */
    record Primitive(String name, Shape shape) implements FlowType {
        public Primitive(String name) {
            this(name, Shape.NEW);
        }
    }

    /** A type of a WIT package. */
    record Wit(String pkg, Optional<String> iface, String name, Shape shape) implements FlowType {
        public Wit(String pkg, Optional<String> iface, String name) {
            this(pkg, iface, name, Shape.NEW);
        }
    }

    static FlowType decode(JsonNode node, String path, Problems problems) {
        String words = "one of \"primitive\", \"wit\"";
        Variant variant = Variant.of(node, words, path, problems);
        String at = Problems.child(path, variant.tag());
        if (variant.has("primitive")) {
            FieldReader in = new FieldReader(variant.content(), at, problems);
            return new Primitive(in.text("name"), in.shape());
        }
        if (variant.has("wit")) {
            FieldReader in = new FieldReader(variant.content(), at, problems);
            return new Wit(in.text("package"), in.optionalText("interface"), in.text("name"), in.shape());
        }
        variant.unknown(words, path, problems);
        return new Primitive("");
    }

    default JsonNode encode() {
        if (this instanceof Wit) {
            Wit it = (Wit) this;
            return FieldWriter.variant(
                    "wit",
                    new FieldWriter(it.shape())
                            .put("package", it.pkg())
                            .putText("interface", it.iface())
                            .put("name", it.name())
                            .end());
        }
        Primitive it = (Primitive) this;
        return FieldWriter.variant(
                "primitive", new FieldWriter(it.shape()).put("name", it.name()).end());
    }
}
