package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole snapshot; its entries stand in the file's order. Encoding what was decoded gives the same bytes.
 *
 * @param version of the format, 0 to 4
 * @param timestampMs when it was written, in milliseconds since 1970
 * @param savedPipelines empty if the key is absent, as in version 1
 * @param livePipelines empty if the key is absent, as in versions 1 and 2
 * @param unknown keys we do not know, in the file's order
 * @param shipote our own data
 */
public record Snapshot(
        long version,
        U64 timestampMs,
        List<Entry<WorkspaceEntry>> workspaces,
        Optional<List<Entry<SavedPipeline>>> savedPipelines,
        Optional<List<Entry<LivePipeline>>> livePipelines,
        Map<String, JsonNode> unknown,
        Optional<ObjectNode> shipote) {
    public Snapshot {
        workspaces = List.copyOf(workspaces);
        if (savedPipelines.isPresent()) {
            savedPipelines = Optional.of(List.copyOf(savedPipelines.get()));
        }
        if (livePipelines.isPresent()) {
            livePipelines = Optional.of(List.copyOf(livePipelines.get()));
        }
    }

    /**
     * Reads a file. A bad entry is set aside, and with it: a workspace whose id, or a saved pipeline whose name, stands
     * there already; a live pipeline whose workspace is not there or was set aside.
     *
     * @throws SnapshotException if the file as a whole cannot be read
     */
    public static Snapshot decode(byte[] file) {
        return of(SnapshotLayout.read(file));
    }

    /** As {@link #decode}, from a file already cut into entries. */
    public static Snapshot of(RawSnapshot raw) {
        Map<WorkspaceId, String> ids = new HashMap<>();
        List<Entry<WorkspaceEntry>> workspaces = entries(raw.workspaces(), "workspaces", (node, path, problems) -> {
            WorkspaceEntry entry = WorkspaceEntry.decode(node, path, problems);
            if (problems.isEmpty()) {
                unique(ids, entry.id(), path, "id", problems);
            }
            return entry;
        });
        Map<String, String> names = new HashMap<>();
        Optional<List<Entry<SavedPipeline>>> saved = raw.savedPipelines()
                .map(list -> entries(list, "saved_pipelines", (node, path, problems) -> {
                    SavedPipeline entry = SavedPipeline.decode(node, path, problems);
                    if (problems.isEmpty()) {
                        unique(names, entry.name(), path, "name", problems);
                    }
                    return entry;
                }));
        Optional<List<Entry<LivePipeline>>> live = raw.livePipelines()
                .map(list -> entries(list, "live_pipelines", (node, path, problems) -> {
                    LivePipeline entry = LivePipeline.decode(node, path, problems);
                    if (problems.isEmpty() && !ids.containsKey(entry.workspace())) {
                        problems.add(path, "its workspace " + entry.workspace() + " is absent");
                    }
                    return entry;
                }));
        return new Snapshot(raw.version(), raw.timestampMs(), workspaces, saved, live, raw.unknown(), raw.shipote());
    }

    private static <T> List<Entry<T>> entries(List<byte[]> raw, String key, Entry.Decoder<T> decoder) {
        List<Entry<T>> entries = new ArrayList<>(raw.size());
        for (byte[] entry : raw) {
            entries.add(Entry.decode(entry, Problems.child(key, entries.size()), decoder));
        }
        return entries;
    }

    private static <K> void unique(Map<K, String> places, K key, String path, String field, Problems problems) {
        String first = places.putIfAbsent(key, path);
        if (first != null) {
            problems.add(
                    Problems.child(path, field),
                    CardText.quoted(key.toString()) + " stands there already, in " + first);
        }
    }

    /** The file: good entries encoded anew, the others as they stood. */
    public byte[] encode() {
        return SnapshotLayout.write(raw());
    }

    /** Every entry encoded. */
    public RawSnapshot raw() {
        return new RawSnapshot(
                version,
                timestampMs,
                bytes(workspaces),
                savedPipelines.map(Snapshot::bytes),
                livePipelines.map(Snapshot::bytes),
                unknown,
                shipote);
    }

    private static <T> List<byte[]> bytes(List<Entry<T>> entries) {
        List<byte[]> bytes = new ArrayList<>(entries.size());
        for (Entry<T> entry : entries) {
            bytes.add(
                    entry instanceof Entry.Quarantined
                            ? ((Entry.Quarantined<T>) entry).verbatim()
                            : encode(((Entry.Good<T>) entry).value()));
        }
        return bytes;
    }

    private static byte[] encode(Object value) {
        if (value instanceof WorkspaceEntry) {
            return ((WorkspaceEntry) value).encode();
        }
        return value instanceof SavedPipeline ? ((SavedPipeline) value).encode() : ((LivePipeline) value).encode();
    }

    /** The workspaces that were understood, in order. */
    public List<WorkspaceEntry> goodWorkspaces() {
        return good(workspaces);
    }

    /** The saved pipelines that were understood, in order; none if the key is absent. */
    public List<SavedPipeline> goodSavedPipelines() {
        return good(savedPipelines.orElse(List.of()));
    }

    /** The live pipelines that were understood, in order; none if the key is absent. */
    public List<LivePipeline> goodLivePipelines() {
        return good(livePipelines.orElse(List.of()));
    }

    private static <T> List<T> good(List<Entry<T>> entries) {
        List<T> good = new ArrayList<>();
        for (Entry<T> entry : entries) {
            if (entry instanceof Entry.Good) {
                good.add(((Entry.Good<T>) entry).value());
            }
        }
        return good;
    }

    /** What is wrong with the entries set aside, with their places. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        collect(workspaces, problems);
        collect(savedPipelines.orElse(List.of()), problems);
        collect(livePipelines.orElse(List.of()), problems);
        return problems;
    }

    private static <T> void collect(List<Entry<T>> entries, List<Problem> problems) {
        for (Entry<T> entry : entries) {
            if (entry instanceof Entry.Quarantined) {
                problems.addAll(((Entry.Quarantined<T>) entry).problems());
            }
        }
    }
}
