package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import java.io.IOException;
import java.util.Optional;

/** Makes what is wanted durable before it is acknowledged. Confined to the loop thread. */
public final class Intents {
    private final StateStore store;
    private final WorkspaceText text;

    public Intents(StateStore store, Host host) {
        this.store = store;
        this.text = new WorkspaceText(host);
    }

    /** Stores the workspace as it is now. */
    public void save(Workspace workspace, Answer<Void> answer) {
        put(Section.WORKSPACES, workspace.id().text(), text.encode(workspace), answer);
    }

    public void remove(Workspace workspace, Answer<Void> answer) {
        remove(Section.WORKSPACES, workspace.id().text(), answer);
    }

    public void put(Section section, String key, byte[] entry, Answer<Void> answer) {
        store.put(section, key, entry, result -> report(result, answer));
    }

    public void remove(Section section, String key, Answer<Void> answer) {
        store.remove(section, key, result -> report(result, answer));
    }

    /** The workspace's entry with its newest samples, if there are any since the last call. */
    public Optional<byte[]> refreshed(Workspace workspace) {
        return workspace.history().takeFresh() ? Optional.of(text.encode(workspace)) : Optional.empty();
    }

    private static void report(Optional<IOException> failure, Answer<Void> answer) {
        if (failure.isEmpty()) {
            answer.ok(null);
            return;
        }
        answer.fail(new ShipoteException(
                ErrorCode.NOT_STORED,
                "the change could not be written to the state directory and was not made: "
                        + failure.get().getMessage()));
    }
}
