package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files a command sees; later dialects only.
 *
 * @param home where the home directory comes from
 * @param binds directories and files shown at another place
 * @param tmpfs further file systems in memory
 * @param hideHomeReal the real home directory to be hidden
 */
public record Mounts(Home home, List<Bind> binds, List<Tmpfs> tmpfs, Optional<String> hideHomeReal, Shape shape) {
    /** Nothing of its own. */
    public static final Mounts NONE = new Mounts(new Home.Inherit(), List.of(), List.of(), Optional.empty(), Shape.NEW);

    public Mounts {
        binds = List.copyOf(binds);
        tmpfs = List.copyOf(tmpfs);
    }

    public static Mounts decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        JsonNode homeNode = in.optional("home");
        Home home = homeNode == null ? NONE.home : Home.decode(homeNode, in.at("home"), problems);
        List<Bind> binds = new ArrayList<>();
        for (JsonNode bind : in.optionalList("binds")) {
            binds.add(Bind.decode(bind, Problems.child(in.at("binds"), binds.size()), problems));
        }
        List<Tmpfs> tmpfs = new ArrayList<>();
        for (JsonNode one : in.optionalList("tmpfs")) {
            tmpfs.add(Tmpfs.decode(one, Problems.child(in.at("tmpfs"), tmpfs.size()), problems));
        }
        Optional<String> hideHomeReal = in.optionalText("hide_home_real");
        return new Mounts(home, binds, tmpfs, hideHomeReal, in.shape());
    }

    public JsonNode encode() {
        ArrayNode bindNodes = JsonNodeFactory.instance.arrayNode();
        for (Bind bind : binds) {
            bindNodes.add(bind.encode());
        }
        ArrayNode tmpfsNodes = JsonNodeFactory.instance.arrayNode();
        for (Tmpfs one : tmpfs) {
            tmpfsNodes.add(one.encode());
        }
        return new FieldWriter(shape)
                .put("home", home.encode(), home.equals(NONE.home))
                .put("binds", bindNodes, binds.isEmpty())
                .put("tmpfs", tmpfsNodes, tmpfs.isEmpty())
                .putText("hide_home_real", hideHomeReal)
                .end();
    }

    /** Where the home directory comes from. */
    public sealed interface Home permits Home.Inherit, Home.InMemory, Home.Subdirectory {
        /** The host's home directory. */
        record Inherit() implements Home {}

        /** An empty one in memory. */
        record InMemory(Tmpfs tmpfs) implements Home {}

        /** A directory of the host, {@code source}, shown at {@code target}. */
        record Subdirectory(String source, String target, Shape shape) implements Home {}

        static Home decode(JsonNode node, String path, Problems problems) {
            String words = "one of \"Heredar\", \"Tmpfs\", \"Subdir\"";
            Variant variant = Variant.of(node, words, path, problems);
            if (variant.isBare("Heredar")) {
                return new Inherit();
            }
            String at = Problems.child(path, variant.tag());
            if (variant.has("Tmpfs")) {
                return new InMemory(Tmpfs.decode(variant.content(), at, problems));
            }
            if (variant.has("Subdir")) {
                FieldReader in = new FieldReader(variant.content(), at, problems);
                return new Subdirectory(in.text("origen"), in.text("destino"), in.shape());
            }
            variant.unknown(words, path, problems);
            return new Inherit();
        }

        default JsonNode encode() {
            if (this instanceof InMemory) {
                return FieldWriter.variant("Tmpfs", ((InMemory) this).tmpfs().encode());
            }
            if (this instanceof Subdirectory) {
                Subdirectory sub = (Subdirectory) this;
                return FieldWriter.variant(
                        "Subdir",
                        new FieldWriter(sub.shape())
                                .put("origen", sub.source())
                                .put("destino", sub.target())
                                .end());
            }
            return FieldWriter.text("Heredar");
        }
    }

    /** Shows {@code source} of the host at {@code target}. */
    public record Bind(String source, String target, boolean readOnly, Shape shape) {
        static Bind decode(JsonNode node, String path, Problems problems) {
            FieldReader in = new FieldReader(node, path, problems);
            return new Bind(in.text("origen"), in.text("destino"), in.flag("ro", false), in.shape());
        }

        JsonNode encode() {
            return new FieldWriter(shape)
                    .put("origen", source)
                    .put("destino", target)
                    .put("ro", readOnly, false)
                    .end();
        }
    }

    /** A file system in memory at {@code target}, of at most {@code sizeBytes} bytes. */
    public record Tmpfs(String target, Optional<U64> sizeBytes, Shape shape) {
        static Tmpfs decode(JsonNode node, String path, Problems problems) {
            FieldReader in = new FieldReader(node, path, problems);
            return new Tmpfs(in.text("destino"), in.optionalU64("size_bytes"), in.shape());
        }

        JsonNode encode() {
            return new FieldWriter(shape)
                    .put("destino", target)
                    .putU64("size_bytes", sizeBytes)
                    .end();
        }
    }
}
