package io.shipote.card.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.snapshot.Entry;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.Snapshot;
import io.shipote.card.snapshot.SnapshotException;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells whose snapshot a file is, and translates it. */
public final class Importer {
    private Importer() {}

    /**
     * @param label of the workspace that services come into; empty for one named as the format
     * @throws CardSyntaxException if it is no JSON, with the place
     * @throws SnapshotException if it is ours or upstream's and cannot be read as a whole
     * @throws ShipoteException INVALID_SPEC if it is nobody's known to us, or of another version
     */
    public static ImportPlan read(byte[] file, Optional<String> label) {
        JsonNode root = CardJson.parse(file);
        if (root.path("services").isArray()) {
            return RunpmServices.plan(root, label);
        }
        if (root.path("services").isObject()) {
            return ZinitServices.plan(root, label);
        }
        if (root.has("workspaces")) {
            return ours(Snapshot.decode(file));
        }
        throw new ShipoteException(
                ErrorCode.INVALID_SPEC,
                "it is no snapshot of shipote, shuma, runpm or zinit: it has neither workspaces nor services",
                Map.of("problems", List.of()));
    }

    private static ImportPlan ours(Snapshot snapshot) {
        List<ImportedEntry> refused = new ArrayList<>();
        refuse(snapshot.workspaces(), "workspaces", ImportedEntry.WORKSPACE, refused);
        refuse(snapshot.savedPipelines().orElse(List.of()), "saved_pipelines", ImportedEntry.SAVED_PIPELINE, refused);
        refuse(snapshot.livePipelines().orElse(List.of()), "live_pipelines", ImportedEntry.LIVE_PIPELINE, refused);
        List<ObjectNode> workspaces = new ArrayList<>();
        for (WorkspaceEntry entry : snapshot.goodWorkspaces()) {
            workspaces.add(entry.tree());
        }
        List<ObjectNode> saved = new ArrayList<>();
        for (SavedPipeline entry : snapshot.goodSavedPipelines()) {
            saved.add(entry.tree());
        }
        List<ObjectNode> live = new ArrayList<>();
        for (LivePipeline entry : snapshot.goodLivePipelines()) {
            live.add(entry.tree());
        }
        return new ImportPlan("shipote", snapshot.version(), workspaces, saved, live, refused, Map.of());
    }

    private static <T> void refuse(List<Entry<T>> entries, String key, String kind, List<ImportedEntry> refused) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Entry.Quarantined) {
                List<String> why = new ArrayList<>();
                ((Entry.Quarantined<T>) entries.get(i)).problems().forEach(problem -> why.add(problem.toString()));
                refused.add(ImportedEntry.refused(kind, key + "[" + i + "]", why));
            }
        }
    }

    /** @throws ShipoteException INVALID_SPEC naming both versions, unless it is the one that is known */
    static void requireVersion(String format, JsonNode root) {
        JsonNode version = root.path("version");
        if (!version.isIntegralNumber() || !version.canConvertToInt() || version.intValue() != 1) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "it is of version " + (version.isMissingNode() ? "(none)" : version) + " of " + format
                            + "'s format; only version 1 is known here",
                    Map.of("problems", List.of()));
        }
    }
}
