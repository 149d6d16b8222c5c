package io.shipote.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvValues;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes workspaces of another snapshot in, one after the other, with their commands down. What exists is not touched.
 * Only one at a time may work. Confined to the loop thread.
 */
public final class WorkspaceImport {
    private static final String COMMANDS = "commands";
    private static final String WANTED = "wanted";

    private final Host host;
    private final Intents intents;
    private final Workspaces workspaces;
    private final UnwatchedRuns unwatched;
    private final boolean dryRun;
    private final WorkspaceText text;
    private final List<ImportedEntry> entries = new ArrayList<>();
    private final List<Command> wanted = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> labels = new HashSet<>();

    /**
     * @param unwatched what is alive of workspaces that are not here: these do not come, as nothing may run twice
     * @param dryRun whether to find out only
     */
    public WorkspaceImport(Host host, Intents intents, Workspaces workspaces, UnwatchedRuns unwatched, boolean dryRun) {
        this.host = host;
        this.intents = intents;
        this.workspaces = workspaces;
        this.unwatched = unwatched;
        this.dryRun = dryRun;
        this.text = new WorkspaceText(host);
    }

    /** What has become of them so far; to be added to by whoever imports more. */
    public List<ImportedEntry> entries() {
        return entries;
    }

    /** The commands that are there now, are down, and were up where they came from. */
    public List<Command> wanted() {
        return List.copyOf(wanted);
    }

    /** Whether a workspace is there, or would be. */
    public boolean has(WorkspaceId id) {
        return workspaces.byId(id).isPresent() || ids.contains(id.text());
    }

    /**
     * Takes one in; {@code done} when it is on disk, or its fate is known.
     *
     * @param given an entry of a snapshot; without an id it is one of another program
     */
    public void take(ObjectNode given, Runnable done) {
        ObjectNode node = given.deepCopy();
        String label = node.at("/spec/label").asText();
        boolean foreign = !node.has("id");
        Optional<Workspace> same = foreign ? workspaces.byLabel(label) : Optional.empty();
        refuseHidden(node);
        Set<String> up = down(node);
        if (foreign) {
            node.put(
                    "id",
                    same.isPresent()
                            ? same.get().id().text()
                            : host.ids().workspace().text());
        }
        Problems problems = new Problems();
        WorkspaceEntry entry = WorkspaceEntry.decode(node, "", problems);
        Optional<Workspace> decoded =
                problems.isEmpty() ? Optional.of(text.decode(entry, entry::statsHistory, problems)) : Optional.empty();
        if (problems.isEmpty()) {
            checkLife(decoded.get(), problems);
        }
        if (same.filter(there -> there.state() == WorkspaceStatus.State.STOPPING)
                .isPresent()) {
            problems.add("", "workspace '" + label + "' is being stopped (wait until it is)");
        }
        if (!problems.isEmpty()) {
            List<String> why = problems.list().stream().map(Problem::toString).toList();
            report(ImportedEntry.WORKSPACE, Optional.empty(), label, ImportedEntry.REFUSED, why);
            done.run();
        } else if (same.isPresent()) {
            merge(same.get(), decoded.get(), up, done);
        } else if (free(decoded.get())) {
            admit(decoded.get(), up, done);
        } else {
            done.run();
        }
    }

    /** Commands without the values of their environments do not come; their workspace does. */
    private void refuseHidden(ObjectNode node) {
        if (!(node.path(Shape.OWN_KEY).path(COMMANDS) instanceof ArrayNode commands)) {
            return;
        }
        for (int i = commands.size() - 1; i >= 0; i--) {
            if (EnvValues.isHidden(commands.get(i))) {
                entries.add(ImportedEntry.refused(
                        ImportedEntry.COMMAND, name(commands.get(i)), List.of(EnvValues.WHY_NOT)));
                commands.remove(i);
            }
        }
    }

    /** Makes everything wanted down; the names of what was up. */
    private Set<String> down(ObjectNode node) {
        Set<String> up = new HashSet<>();
        if (!(node.path(Shape.OWN_KEY).path(COMMANDS) instanceof ArrayNode commands)) {
            return up;
        }
        Set<String> taken = workspaces.jobs(Optional.empty()).keySet();
        for (JsonNode command : commands) {
            if (command instanceof ObjectNode own) {
                if (own.path(WANTED).asText().equals("up")) {
                    up.add(name(own));
                }
                own.put(WANTED, "down");
                if (!own.has("id") || taken.contains(own.path("id").asText())) {
                    own.put("id", host.ids().command().text());
                }
            }
        }
        return up;
    }

    private static String name(JsonNode command) {
        return command.path("name").asText(command.at("/spec/label").asText());
    }

    private void checkLife(Workspace workspace, Problems problems) {
        if (workspace.deleting()) {
            problems.add("shipote.state", "it was being deleted");
        }
        if (workspace.deadlineMs().orElse(Long.MAX_VALUE) <= host.loop().wallMillis()) {
            problems.add("spec.ttl", "it would end at once, as its time to live is over (change it in the file)");
        }
    }

    private boolean free(Workspace workspace) {
        String id = workspace.id().text();
        Optional<Workspace> there = workspaces.byId(workspace.id());
        if (there.isPresent() || ids.contains(id)) {
            boolean just = there.filter(t -> t.spec().equals(workspace.spec())).isPresent();
            report(
                    ImportedEntry.WORKSPACE,
                    Optional.of(id),
                    workspace.label(),
                    just ? ImportedEntry.PRESENT : ImportedEntry.CONFLICT,
                    just
                            ? List.of()
                            : List.of("its id belongs to workspace '"
                                    + there.map(Workspace::label).orElse(workspace.label()) + "'"));
            return false;
        }
        Optional<UnwatchedRuns.Found> alive = unwatched.of(workspace.id());
        if (alive.isPresent()) {
            report(
                    ImportedEntry.WORKSPACE,
                    Optional.of(id),
                    workspace.label(),
                    ImportedEntry.REFUSED,
                    List.of(alive.get().whyNot()));
            return false;
        }
        if (workspaces.labelled(workspace.label()) || labels.contains(workspace.label())) {
            report(
                    ImportedEntry.WORKSPACE,
                    Optional.of(id),
                    workspace.label(),
                    ImportedEntry.CONFLICT,
                    List.of("another workspace has its label (delete that, or change the label in the file)"));
            return false;
        }
        ids.add(id);
        labels.add(workspace.label());
        return true;
    }

    private void admit(Workspace made, Set<String> up, Runnable done) {
        List<String> notes = new ArrayList<>();
        made.spec().ttlMs().ifPresent(ttl -> made.deadlineMs()
                .ifPresent(at -> notes.add("its time to live ends at " + Instant.ofEpochMilli(at))));
        if (dryRun) {
            admitted(made, up, notes, done);
            return;
        }
        workspaces.take(made, Answer.of(taken -> admitted(made, up, notes, done), e -> {
            ids.remove(made.id().text());
            labels.remove(made.label());
            refused(ImportedEntry.WORKSPACE, made.label(), e);
            done.run();
        }));
    }

    private void admitted(Workspace made, Set<String> up, List<String> notes, Runnable done) {
        report(ImportedEntry.WORKSPACE, Optional.of(made.id().text()), made.label(), ImportedEntry.IMPORTED, notes);
        made.commands().forEach(command -> imported(command, up));
        done.run();
    }

    /** Adds the commands that are not there to a workspace that is. */
    private void merge(Workspace there, Workspace other, Set<String> up, Runnable done) {
        report(
                ImportedEntry.WORKSPACE,
                Optional.of(there.id().text()),
                there.label(),
                ImportedEntry.PRESENT,
                List.of());
        List<Command> added = new ArrayList<>();
        for (Command command : other.commands()) {
            Optional<Command> taken = there.commands().stream()
                    .filter(c -> c.label().equals(command.label()))
                    .findFirst();
            if (taken.isPresent()) {
                present(taken.get(), command, up);
            } else if (there.jobs().size() + added.size() >= Workspace.MAX_JOBS) {
                report(
                        ImportedEntry.COMMAND,
                        Optional.empty(),
                        command.label(),
                        ImportedEntry.REFUSED,
                        List.of("its workspace holds " + Workspace.MAX_JOBS + " jobs already"));
            } else {
                added.add(new Command(host, there, command.intent()));
            }
        }
        if (added.isEmpty() || dryRun) {
            added.forEach(command -> imported(command, up));
            done.run();
            return;
        }
        added.forEach(there::add);
        intents.save(
                there,
                Answer.of(
                        stored -> {
                            added.forEach(command -> imported(command, up));
                            done.run();
                        },
                        e -> {
                            added.forEach(command -> {
                                there.remove(command);
                                refused(ImportedEntry.COMMAND, command.label(), e);
                            });
                            done.run();
                        }));
    }

    private void present(Command there, Command other, Set<String> up) {
        boolean just = there.intent().spec().equals(other.intent().spec())
                && there.intent().policy().equals(other.intent().policy());
        report(
                ImportedEntry.COMMAND,
                Optional.of(there.id()),
                there.label(),
                just ? ImportedEntry.PRESENT : ImportedEntry.CONFLICT,
                just ? List.of() : List.of("another command has its name in this workspace"));
        if (just && up.contains(there.label()) && !there.state().live()) {
            wanted.add(there);
        }
    }

    private void imported(Command command, Set<String> up) {
        report(ImportedEntry.COMMAND, Optional.of(command.id()), command.label(), ImportedEntry.IMPORTED, List.of());
        if (up.contains(command.label())) {
            wanted.add(command);
        }
    }

    private void refused(String kind, String label, ShipoteException why) {
        report(kind, Optional.empty(), label, ImportedEntry.REFUSED, List.of(why.getMessage()));
    }

    private void report(String kind, Optional<String> id, String label, String outcome, List<String> notes) {
        entries.add(new ImportedEntry(kind, id, label, outcome, notes));
    }
}
