package io.shipote.daemon;

import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.EntryKeys;
import io.shipote.core.store.Section;
import io.shipote.pipeline.Pipelines;

/** Names the entries of the snapshot: by id or name; one that cannot be read by its place. */
final class StoreKeys implements EntryKeys {
    @Override
    public String key(Section section, byte[] entry, int index) {
        String byPlace = "#" + index;
        try {
            switch (section) {
                case WORKSPACES:
                    return WorkspaceEntry.decode(entry).id().text();
                case SAVED_PIPELINES:
                    return SavedPipeline.decode(entry).name();
                default:
                    return Pipelines.liveKey(LivePipeline.decode(entry)).orElse(byPlace);
            }
        } catch (ShipoteException e) {
            // Why it cannot be read is told when it is quarantined; here it only needs a name.
            return byPlace;
        }
    }
}
