package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvValues;
import io.shipote.card.U64;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.Snapshot;
import io.shipote.card.snapshot.WorkspaceEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code snapshot show}: what stands in a snapshot file. Needs no daemon. */
final class SnapshotShow implements Verb {
    @Override
    public String summary() {
        return "show what is in a snapshot file, or a generation by its number; without FILE the daemon's";
    }

    @Override
    public String arguments() {
        return "[FILE]";
    }

    @Override
    public void options(Flags flags) {
        flags.showEnv();
    }

    @Override
    public int run(Invocation in) {
        SnapshotFile file = SnapshotFile.read(in);
        if (in.json()) {
            ObjectNode tree = tree(file.snapshot());
            in.printJson(in.has(Flags.SHOW_ENV) ? tree : EnvValues.hidden(tree));
        } else {
            in.console().text(text(file.snapshot()));
            if (in.optional("FILE") == null) {
                in.console()
                        .text(generations(
                                new StateFiles(in.session().locations().stateDirectory())));
            }
        }
        return 0;
    }

    /** How much of each kind was understood, and how much not. */
    static String counts(Snapshot snapshot) {
        return snapshot.goodWorkspaces().size() + " workspaces, "
                + snapshot.goodSavedPipelines().size() + " saved and "
                + snapshot.goodLivePipelines().size() + " live pipelines";
    }

    private static ObjectNode tree(Snapshot snapshot) {
        ObjectNode whole = Invocation.parameters();
        whole.put("version", snapshot.version());
        whole.set("timestamp_ms", snapshot.timestampMs().encode());
        ArrayNode workspaces = whole.putArray("workspaces");
        for (WorkspaceEntry entry : snapshot.goodWorkspaces()) {
            workspaces.add(entry.tree());
        }
        ArrayNode saved = whole.putArray("saved_pipelines");
        for (SavedPipeline entry : snapshot.goodSavedPipelines()) {
            saved.add(entry.tree());
        }
        ArrayNode live = whole.putArray("live_pipelines");
        for (LivePipeline entry : snapshot.goodLivePipelines()) {
            live.add(entry.tree());
        }
        whole.put("problems", snapshot.problems().size());
        return whole;
    }

    /** How many of each it holds, as members of a document. */
    static void putCounts(ObjectNode document, Snapshot snapshot) {
        document.put("workspaces", snapshot.workspaces().size());
        document.put(
                "saved_pipelines", snapshot.savedPipelines().orElse(List.of()).size());
        document.put(
                "live_pipelines", snapshot.livePipelines().orElse(List.of()).size());
    }

    static String text(Snapshot snapshot) {
        StringBuilder out = new StringBuilder(new Facts()
                .put("version", String.valueOf(snapshot.version()))
                .put("written", written(snapshot.timestampMs()))
                .put("holds", counts(snapshot))
                .put("not understood", String.valueOf(snapshot.problems().size()))
                .text());
        Table workspaces = new Table("WORKSPACE", "LABEL", "TTL", "ON EXIT", "SAMPLES");
        for (WorkspaceEntry entry : snapshot.goodWorkspaces()) {
            Optional<U64> ttl = entry.spec().ttlMs();
            workspaces.row(
                    entry.id().text(),
                    entry.spec().label(),
                    ttl.isPresent() ? Durations.human(ttl.get().saturated()) : null,
                    entry.spec().onExit().word(),
                    String.valueOf(entry.statsHistory().size()));
        }
        Table saved = new Table("SAVED", "LABEL", "STAGES", "SUPERVISED");
        for (SavedPipeline entry : snapshot.goodSavedPipelines()) {
            saved.row(
                    entry.name(),
                    entry.spec().label(),
                    String.valueOf(entry.spec().nodes().size()),
                    entry.spec().restartOnFailure() ? "yes" : "no");
        }
        Table live = new Table("LIVE IN", "LABEL", "STAGES", "TAP");
        for (LivePipeline entry : snapshot.goodLivePipelines()) {
            live.row(
                    entry.workspace().text(),
                    entry.spec().label(),
                    String.valueOf(entry.spec().nodes().size()),
                    entry.tap() ? "yes" : "no");
        }
        for (Table table : new Table[] {workspaces, saved, live}) {
            out.append(table.isEmpty() ? "" : "\n" + table.text());
        }
        return out.toString();
    }

    /** What there is to go back to. */
    private static String generations(StateFiles files) {
        Table table = new Table("GENERATION", "WRITTEN", "BYTES", "FILE");
        for (int number : files.generations()) {
            Path file = files.generation(number);
            try {
                table.row(
                        Integer.toString(number),
                        written(U64.of(Files.getLastModifiedTime(file).toMillis())),
                        Long.toString(Files.size(file)),
                        file.toString());
            } catch (NoSuchFileException e) {
                // The daemon has just moved it on: it is the next one.
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }
        return table.isEmpty() ? "" : "\n" + table.text();
    }

    // A time beyond what a date can hold is shown as the number it is.
    private static String written(U64 millis) {
        long value = millis.saturated();
        return value > 253_402_300_799_999L
                ? millis.toString()
                : Instant.ofEpochMilli(value).toString();
    }
}
