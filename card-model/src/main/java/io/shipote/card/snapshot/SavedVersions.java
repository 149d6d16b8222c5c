package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The versions of a saved pipeline. The newest is the entry's own spec; its number, its time and the older versions stand
 * in the entry's object "shipote". Immutable.
 *
 * @param newestFirst at least one
 */
public record SavedVersions(List<Version> newestFirst) {
    /** Versions kept of one pipeline, the newest among them. */
    public static final int MAX = 10;

    private static final String VERSION = "version";
    private static final String SAVED_MS = "saved_ms";
    private static final String OLDER = "versions";
    private static final String SPEC = "spec";

    /**
     * @param number from 1
     * @param savedMs in Unix milliseconds, if we saved it
     */
    public record Version(long number, Optional<Long> savedMs, PipelineSpec spec) {}

    public SavedVersions {
        newestFirst = List.copyOf(newestFirst);
    }

    /** Those of an entry; what cannot be read of the older ones is left out. */
    public static SavedVersions of(SavedPipeline entry) {
        ObjectNode own = entry.shape().shipote().orElseGet(JsonNodeFactory.instance::objectNode);
        List<Version> all = new ArrayList<>();
        all.add(new Version(own.path(VERSION).asLong(1), savedMs(own), entry.spec()));
        for (JsonNode older : own.path(OLDER)) {
            Problems problems = new Problems();
            PipelineSpec spec = PipelineSpec.decode(older.path(SPEC), "", problems);
            if (older.path(SPEC).isObject() && problems.isEmpty()) {
                all.add(new Version(older.path(VERSION).asLong(), savedMs(older), spec));
            }
        }
        return new SavedVersions(all);
    }

    private static Optional<Long> savedMs(JsonNode node) {
        return node.path(SAVED_MS).canConvertToLong()
                ? Optional.of(node.path(SAVED_MS).asLong())
                : Optional.empty();
    }

    /** The first version, saved now. */
    public static SavedVersions first(PipelineSpec spec, long nowMs) {
        return new SavedVersions(List.of(new Version(1, Optional.of(nowMs), spec)));
    }

    /** The same with one more, saved now; the oldest beyond {@link #MAX} is gone. */
    public SavedVersions next(PipelineSpec spec, long nowMs) {
        List<Version> all = new ArrayList<>();
        all.add(new Version(newest().number() + 1, Optional.of(nowMs), spec));
        all.addAll(newestFirst.subList(0, Math.min(newestFirst.size(), MAX - 1)));
        return new SavedVersions(all);
    }

    public Version newest() {
        return newestFirst.get(0);
    }

    /** The version of this number, if it is kept. */
    public Optional<Version> find(long number) {
        return newestFirst.stream().filter(one -> one.number() == number).findFirst();
    }

    /** The object "shipote" of the entry; other data in it is kept. */
    ObjectNode into(ObjectNode own) {
        write(own, newest());
        own.remove(OLDER);
        if (newestFirst.size() > 1) {
            ArrayNode list = own.putArray(OLDER);
            for (Version older : newestFirst.subList(1, newestFirst.size())) {
                ObjectNode node = list.addObject();
                write(node, older);
                node.set(SPEC, older.spec().encode());
            }
        }
        return own;
    }

    private static void write(ObjectNode node, Version version) {
        node.put(VERSION, version.number());
        version.savedMs().ifPresent(ms -> node.put(SAVED_MS, ms));
    }
}
