package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a command runs. Only {@link Native} and {@link Legacy} can run as a process. */
public sealed interface Payload permits Payload.Virtual, Payload.Native, Payload.Legacy, Payload.Wasm {
    /** Nothing. */
    record Virtual() implements Payload {}

    /**
     * A program.
     *
     * @param exec path or name of the program
     * @param argv its arguments, without its own name
     * @param envp variables put over the daemon's environment
     */
    record Native(String exec, List<String> argv, List<EnvVar> envp, Shape shape) implements Payload {
        public Native {
            argv = List.copyOf(argv);
            envp = List.copyOf(envp);
        }
    }

    /**
     * A program that expects certain system services.
     *
     * @param fakes the services to be imitated, sorted and without duplicates
     */
    record Legacy(String exec, List<String> argv, List<Fake> fakes, Shape shape) implements Payload {
        public Legacy {
            argv = List.copyOf(argv);
            fakes = List.copyOf(new TreeSet<>(fakes));
        }
    }

    /**
     * A WebAssembly module.
     *
     * @param moduleSha256 32 numbers of 0 to 255
     * @param entry the function to call
     */
    record Wasm(List<Integer> moduleSha256, String entry, Shape shape) implements Payload {
        public Wasm {
            moduleSha256 = List.copyOf(moduleSha256);
        }
    }

    static Payload decode(JsonNode node, String path, Problems problems) {
        String words = "one of \"Virtual\", \"Native\", \"Legacy\", \"Wasm\"";
        Variant variant = Variant.of(node, words, path, problems);
        if (variant.isBare("Virtual")) {
            return new Virtual();
        }
        FieldReader in;
        switch (variant.content().isMissingNode() ? "" : variant.tag()) {
            case "Native":
                in = new FieldReader(variant.content(), Problems.child(path, "Native"), problems);
                return new Native(
                        in.text("exec"),
                        in.texts("argv"),
                        EnvVar.decodeList(in.required("envp"), in.at("envp"), problems),
                        in.shape());
            case "Legacy":
                in = new FieldReader(variant.content(), Problems.child(path, "Legacy"), problems);
                return new Legacy(in.text("exec"), in.texts("argv"), fakes(in, problems), in.shape());
            case "Wasm":
                in = new FieldReader(variant.content(), Problems.child(path, "Wasm"), problems);
                return new Wasm(sha256(in, problems), in.text("entry"), in.shape());
            default:
                variant.unknown(words, path, problems);
                return new Virtual();
        }
    }

    private static List<Fake> fakes(FieldReader in, Problems problems) {
        List<Fake> fakes = new ArrayList<>();
        for (JsonNode fake : in.list("fakes")) {
            fakes.add(Scalars.word(fake, Fake.values(), Problems.child(in.at("fakes"), fakes.size()), problems));
        }
        return fakes;
    }

    private static List<Integer> sha256(FieldReader in, Problems problems) {
        JsonNode node = in.required("module_sha256");
        List<Integer> bytes = new ArrayList<>();
        for (JsonNode one : Scalars.list(node, in.at("module_sha256"), problems)) {
            String at = Problems.child(in.at("module_sha256"), bytes.size());
            bytes.add((int) Scalars.upTo(255, one, at, problems));
        }
        if (node.isArray() && bytes.size() != 32) {
            problems.add(in.at("module_sha256"), "must have 32 numbers, not " + bytes.size());
        }
        return bytes;
    }

    default JsonNode encode() {
        if (this instanceof Native) {
            Native it = (Native) this;
            ArrayNode envp = JsonNodeFactory.instance.arrayNode();
            for (EnvVar variable : it.envp()) {
                envp.add(variable.encode());
            }
            return FieldWriter.variant(
                    "Native",
                    new FieldWriter(it.shape())
                            .put("exec", it.exec())
                            .put("argv", FieldWriter.texts(it.argv()))
                            .put("envp", envp)
                            .end());
        }
        if (this instanceof Legacy) {
            Legacy it = (Legacy) this;
            ArrayNode fakes = JsonNodeFactory.instance.arrayNode();
            for (Fake fake : it.fakes()) {
                fakes.add(fake.word());
            }
            return FieldWriter.variant(
                    "Legacy",
                    new FieldWriter(it.shape())
                            .put("exec", it.exec())
                            .put("argv", FieldWriter.texts(it.argv()))
                            .put("fakes", fakes)
                            .end());
        }
        if (this instanceof Wasm) {
            Wasm it = (Wasm) this;
            ArrayNode sha = JsonNodeFactory.instance.arrayNode();
            for (int one : it.moduleSha256()) {
                sha.add(one);
            }
            return FieldWriter.variant(
                    "Wasm",
                    new FieldWriter(it.shape())
                            .put("module_sha256", sha)
                            .put("entry", it.entry())
                            .end());
        }
        return FieldWriter.text("Virtual");
    }

    /** The rules for a new command: that it can run, as far as the card alone tells. */
    default void check(String path, Problems problems) {
        if (this instanceof Native) {
            Native it = (Native) this;
            String at = Problems.child(path, "Native");
            checkProgram(it.exec(), it.argv(), at, problems);
            for (int i = 0; i < it.envp().size(); i++) {
                it.envp().get(i).check(Problems.child(Problems.child(at, "envp"), i), problems);
            }
        } else if (this instanceof Legacy) {
            Legacy it = (Legacy) this;
            checkProgram(it.exec(), it.argv(), Problems.child(path, "Legacy"), problems);
        } else {
            String kind = this instanceof Wasm ? "Wasm" : "Virtual";
            problems.add(path, "is " + kind + ", which cannot run as a process here; use Native or Legacy");
        }
    }

    private static void checkProgram(String exec, List<String> argv, String path, Problems problems) {
        if (exec.isEmpty()) {
            problems.add(Problems.child(path, "exec"), "is empty");
        }
        Ranges.noZero(exec, Problems.child(path, "exec"), problems);
        for (int i = 0; i < argv.size(); i++) {
            Ranges.noZero(argv.get(i), Problems.child(Problems.child(path, "argv"), i), problems);
        }
    }
}
