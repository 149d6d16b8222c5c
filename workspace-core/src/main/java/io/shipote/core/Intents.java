package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import io.shipote.core.store.StoreBusyException;
import io.shipote.core.store.StoreClosedException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what is wanted durable before it is acknowledged. Confined to the loop thread. */
public final class Intents {
    private static final Logger LOG = LoggerFactory.getLogger(Intents.class);

    private final StateStore store;
    private final WorkspaceText text;

    public Intents(StateStore store, Host host) {
        this.store = store;
        this.text = new WorkspaceText(host);
    }

    /** Stores the workspace as it is now, unless it is being removed. */
    public void save(Workspace workspace, Answer<Void> answer) {
        if (workspace.isRemoving()) {
            answer.ok(null);
            return;
        }
        long mine = workspace.saved();
        store(workspace, Answer.of(answer::ok, e -> {
            answer.fail(e);
            if (workspace.saves() != mine) {
                correct(workspace);
            }
        }));
    }

    /** A later save has stored what has been taken back by now. */
    private void correct(Workspace workspace) {
        store(
                workspace,
                Answer.of(
                        stored -> {},
                        e -> LOG.error(
                                "workspace {} may be stored with a change that was refused: {}",
                                workspace.label(),
                                e.getMessage())));
    }

    private void store(Workspace workspace, Answer<Void> answer) {
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
        answer.fail(refusal(failure.get(), "the change could not be written to the state directory and was not made"));
    }

    /**
     * What a client is told of a failure of the store: BUSY where trying again helps, else NOT_STORED.
     *
     * @param what did not come about
     */
    public static ShipoteException refusal(IOException failure, String what) {
        if (failure instanceof StoreClosedException) {
            // Not "nothing has changed": a deletion whose wish is stored is finished by the next daemon.
            return new ShipoteException(
                    ErrorCode.BUSY,
                    "the daemon is stopping (try again: the next one answers, and finishes what had begun)",
                    Map.of("limit", "stopping"));
        }
        if (failure instanceof StoreBusyException) {
            return new ShipoteException(ErrorCode.BUSY, failure.getMessage(), Map.of("limit", "changes"));
        }
        return new ShipoteException(ErrorCode.NOT_STORED, what + ": " + failure.getMessage());
    }
}
