package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The outer form of a snapshot file: finds its entries without looking into them, and puts a file together from entries. */
public final class SnapshotLayout {
    /** The newest version that is read, and the one that is written. */
    public static final long VERSION = 4;

    /** How many lists and objects an entry stands in. */
    public static final int ENTRY_DEPTH = 2;

    private static final int ROOT_FIELD_DEPTH = 1;
    private static final byte[] ENTRY_INDENT = "\n    ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LIST_END = "\n  ]".getBytes(StandardCharsets.UTF_8);

    private SnapshotLayout() {}

    /**
     * Checks the syntax of the whole and cuts out the entries.
     *
     * @throws SnapshotException if the file is newer than {@link #VERSION}, torn, or without version, time or workspaces
     */
    public static RawSnapshot read(byte[] file) {
        return new LayoutReader(file).read();
    }

    /**
     * Puts the file together in upstream's form.
     *
     * @param snapshot its entries are texts at their final indentation: the first line bare, as {@link CardText#pretty}
     *     makes them at {@link #ENTRY_DEPTH}
     */
    public static byte[] write(RawSnapshot snapshot) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size(snapshot));
        put(out, "{\n  \"version\": " + snapshot.version());
        put(out, ",\n  \"timestamp_ms\": " + snapshot.timestampMs());
        list(out, "workspaces", snapshot.workspaces());
        if (snapshot.savedPipelines().isPresent()) {
            list(out, "saved_pipelines", snapshot.savedPipelines().get());
        }
        if (snapshot.livePipelines().isPresent()) {
            list(out, "live_pipelines", snapshot.livePipelines().get());
        }
        for (Map.Entry<String, JsonNode> field : snapshot.unknown().entrySet()) {
            field(out, field.getKey(), field.getValue());
        }
        Optional<ObjectNode> own = snapshot.shipote();
        if (own.isPresent()) {
            field(out, Shape.OWN_KEY, own.get());
        }
        put(out, "\n}");
        return out.toByteArray();
    }

    private static int size(RawSnapshot snapshot) {
        long size = 1024;
        for (byte[] entry : snapshot.workspaces()) {
            size += entry.length + ENTRY_INDENT.length + 1;
        }
        return (int) Math.min(size, Integer.MAX_VALUE / 2);
    }

    private static void list(ByteArrayOutputStream out, String key, List<byte[]> entries) {
        put(out, ",\n  \"" + key + "\": [");
        boolean first = true;
        for (byte[] entry : entries) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(ENTRY_INDENT);
            out.writeBytes(entry);
        }
        if (entries.isEmpty()) {
            out.write(']');
        } else {
            out.writeBytes(LIST_END);
        }
    }

    private static void field(ByteArrayOutputStream out, String key, JsonNode value) {
        put(out, ",\n  " + CardText.quoted(key) + ": " + CardText.pretty(value, ROOT_FIELD_DEPTH));
    }

    private static void put(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
