package io.shipote.core.store;

import io.shipote.core.ManualLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A store on a loop that the test turns, with entries of the form {@code {"id": "a", "v": 1}}. */
final class StoreRig implements AutoCloseable {
    static final Path DIR = Path.of("/state");
    static final Path STATE = DIR.resolve("state.json");
    static final Path JOURNAL = DIR.resolve("state.journal");
    static final Duration LIMIT = Duration.ofSeconds(20);

    final ManualLoop loop = new ManualLoop();
    final StateStore store;
    private boolean closed;

    private StoreRig(Path dir, StoreFiles files, StateStore.Options options) throws IOException {
        store = StateStore.open(dir, files, StoreRig::key, options);
        store.attach(loop);
    }

    static StoreRig open(StoreFiles files) throws IOException {
        return new StoreRig(DIR, files, StateStore.Options.AS_IT_IS);
    }

    static StoreRig open(Path dir, StoreFiles files) throws IOException {
        return new StoreRig(dir, files, StateStore.Options.AS_IT_IS);
    }

    static StoreRig recover(StoreFiles files) throws IOException {
        return new StoreRig(DIR, files, new StateStore.Options(true, OptionalInt.empty()));
    }

    static StoreRig rolledBack(StoreFiles files, int generation) throws IOException {
        return new StoreRig(DIR, files, new StateStore.Options(false, OptionalInt.of(generation)));
    }

    static byte[] entry(String id, String value) {
        return ("{\"id\": \"" + id + "\", \"v\": \"" + value + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static String key(Section section, byte[] entry, int index) {
        return text(entry).replaceAll("(?s).*\"id\": \"([^\"]*)\".*", "$1");
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Puts and waits for the answer. */
    Optional<IOException> put(Section section, String id, String value) {
        List<Optional<IOException>> answers = new ArrayList<>();
        store.put(section, id, entry(id, value), answers::add);
        loop.awaitUntil(() -> !answers.isEmpty(), LIMIT);
        return answers.get(0);
    }

    /** Puts into the workspaces, which must succeed. */
    StoreRig put(String id, String value) {
        orFail(put(Section.WORKSPACES, id, value));
        return this;
    }

    Optional<IOException> remove(Section section, String id) {
        List<Optional<IOException>> answers = new ArrayList<>();
        store.remove(section, id, answers::add);
        loop.awaitUntil(() -> !answers.isEmpty(), LIMIT);
        return answers.get(0);
    }

    FoldResult tryFold() {
        List<FoldResult> answers = new ArrayList<>();
        store.fold(answers::add);
        loop.awaitUntil(() -> !answers.isEmpty(), LIMIT);
        return answers.get(0);
    }

    /** Folds, which must succeed; whether it wrote. */
    boolean fold() {
        FoldResult result = tryFold();
        orFail(result.error());
        return result.written();
    }

    /** The workspaces as {@code a=1 b=2}, in order. */
    String workspaces() {
        return shown(Section.WORKSPACES);
    }

    String shown(Section section) {
        return String.join(
                " ",
                store.entries(section).stream()
                        .map(stored -> stored.key() + "=" + value(stored.bytes()))
                        .toList());
    }

    /** Key to value, of all sections; fails if a key is there twice. */
    Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        for (Section section : Section.values()) {
            for (Stored stored : store.entries(section)) {
                if (all.put(section + "/" + stored.key(), value(stored.bytes())) != null) {
                    throw new AssertionError(stored.key() + " is there twice");
                }
            }
        }
        return all;
    }

    static String value(byte[] entry) {
        return text(entry).replaceAll("(?s).*\"v\": \"([^\"]*)\".*", "$1");
    }

    private static void orFail(Optional<IOException> error) {
        error.ifPresent(e -> {
            throw new AssertionError(e);
        });
    }

    /** Folds and ends the store thread, whatever the files say to it. */
    FoldResult end() {
        List<FoldResult> answers = new ArrayList<>();
        closed = true;
        store.close(answers::add);
        loop.awaitUntil(() -> !answers.isEmpty(), LIMIT);
        return answers.get(0);
    }

    @Override
    public void close() {
        if (!closed) {
            end();
        }
    }
}
