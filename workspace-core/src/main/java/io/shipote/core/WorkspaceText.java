package io.shipote.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.ulid.Ulid;
import io.shipote.card.Problems;
import io.shipote.card.StatsSample;
import io.shipote.card.WorkspaceId;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.WorkspaceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A workspace as an entry of the snapshot file, and back. What is ours stands in the entry's object "shipote":
 * {@code created_ms}, {@code deadline_ms}, {@code state} (only when stopped or being deleted), {@code paused_ms} (since
 * when it is paused), {@code commands}.
 */
final class WorkspaceText {
    private static final String STATE = "state";
    private static final String DELETING = "deleting";
    private static final String CREATED = "created_ms";
    private static final String DEADLINE = "deadline_ms";
    private static final String PAUSED = "paused_ms";
    private static final String COMMANDS = "commands";

    private final Host host;

    WorkspaceText(Host host) {
        this.host = host;
    }

    byte[] encode(Workspace workspace) {
        ObjectNode own = workspace
                .shape()
                .shipote()
                .map(ObjectNode::deepCopy)
                .orElseGet(() -> JsonNodeFactory.instance.objectNode());
        own.put(CREATED, workspace.createdMs());
        own.remove(List.of(DEADLINE, STATE, PAUSED, COMMANDS));
        workspace.deadlineMs().ifPresent(ms -> own.put(DEADLINE, ms));
        if (workspace.deleting()) {
            own.put(STATE, DELETING);
        } else if (workspace.state() != WorkspaceStatus.State.ACTIVE) {
            own.put(STATE, WorkspaceStatus.State.STOPPED.word());
        }
        workspace.storedPause().ifPresent(ms -> own.put(PAUSED, ms));
        List<Command> durable = new ArrayList<>();
        for (Command command : workspace.commands()) {
            if (command.intent().durable()) {
                durable.add(command);
            }
        }
        if (!durable.isEmpty()) {
            ArrayNode commands = own.putArray(COMMANDS);
            durable.forEach(command -> commands.add(command.intent().encode()));
        }
        return new WorkspaceEntry(
                        workspace.id(),
                        workspace.spec(),
                        workspace.history().persisted(host.cores(), workspace.createdMs()),
                        workspace.shape().withShipote(own))
                .encode();
    }

    /**
     * The workspace of an entry, with its declared commands, none of them started.
     *
     * @param samples those of the entry; see {@link StatsHistory#restore}
     */
    Workspace decode(WorkspaceEntry entry, Supplier<List<StatsSample>> samples, Problems problems) {
        JsonNode own = entry.shape().shipote().map(JsonNode.class::cast).orElse(JsonNodeFactory.instance.objectNode());
        long created = own.hasNonNull(CREATED) ? own.path(CREATED).asLong() : madeAt(entry.id());
        Workspace workspace =
                new Workspace(host, entry.id(), entry.spec(), entry.shape(), created, deadline(entry, own));
        if (!entry.statsHistory().isEmpty()) {
            workspace.history().restore(samples);
        }
        String state = own.path(STATE).asText("");
        workspace.deleting(state.equals(DELETING));
        if (!state.isEmpty()) {
            workspace.state(WorkspaceStatus.State.STOPPED);
        }
        if (own.path(PAUSED).canConvertToLong()) {
            workspace.paused(Optional.of(own.path(PAUSED).asLong()));
        }
        int index = 0;
        for (JsonNode node : own.path(COMMANDS)) {
            CommandIntent.decode(node, "shipote.commands[" + index + "]", problems)
                    .ifPresent(intent -> workspace.add(new Command(host, workspace, intent)));
            index++;
        }
        return workspace;
    }

    /** A file without a deadline starts its TTL at the restore: what is derived stays in memory. */
    private Optional<Long> deadline(WorkspaceEntry entry, JsonNode own) {
        if (own.hasNonNull(DEADLINE)) {
            return Optional.of(own.path(DEADLINE).asLong());
        }
        if (own.hasNonNull(CREATED)) {
            return Optional.empty();
        }
        return Deadlines.after(host.loop().wallMillis(), entry.spec().ttlMs());
    }

    /** The time in its id, which is when it was made; never in the future. */
    private long madeAt(WorkspaceId id) {
        return Math.min(host.loop().wallMillis(), Ulid.from(id.text()).getTime());
    }
}
