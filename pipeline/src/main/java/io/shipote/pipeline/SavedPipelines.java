package io.shipote.pipeline;

import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.SavedVersions;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Host;
import io.shipote.core.Intents;
import io.shipote.core.store.Section;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Pipelines that are saved under a name, with the versions kept; each is on disk before it counts. Confined to the loop thread. */
public final class SavedPipelines {
    /** Saved pipelines at one time. */
    public static final int MAX_SAVED = 10_000;

    private final Host host;
    private final Intents intents;
    private final NavigableMap<String, SavedPipeline> saved = new TreeMap<>();
    /** Names of those that are on their way to the disk. */
    private final Set<String> saving = new HashSet<>();

    SavedPipelines(Host host, Intents intents) {
        this.host = host;
        this.intents = intents;
    }

    /** Saves a spec under a name, as a new version if there is one of that name; the answer is the entry. */
    public void save(String name, PipelineSpec spec, boolean replace, Answer<SavedPipeline> answer) {
        Problems problems = Pipelines.problems(spec);
        if (name.isBlank() || name.length() > 256) {
            problems.add("name", "must have 1 to 256 characters and not be blank");
        }
        problems.throwIfAny("saved pipeline");
        refuseWhileSaved(name);
        SavedPipeline before = saved.get(name);
        if (before != null && !replace) {
            throw new ShipoteException(
                    ErrorCode.ALREADY_EXISTS,
                    "a pipeline is saved as '" + name + "' already (replace it with --replace, or drop it)",
                    Map.of("id", name));
        }
        if (before == null && saved.size() >= MAX_SAVED) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    MAX_SAVED + " pipelines are saved already",
                    Map.of("limit", "saved_pipelines", "value", MAX_SAVED));
        }
        long now = host.loop().wallMillis();
        SavedVersions versions = before == null
                ? SavedVersions.first(spec, now)
                : before.versions().next(spec, now);
        SavedPipeline entry = SavedPipeline.of(name, versions, before == null ? Shape.NEW : before.shape());
        store(entry, answer);
    }

    /** Two at a time would become the same version, and one of them would be lost. */
    private void refuseWhileSaved(String name) {
        if (saving.contains(name)) {
            throw new ShipoteException(
                    ErrorCode.BUSY,
                    "another pipeline is just being saved as '" + name + "' (try again)",
                    Map.of("limit", "saves"));
        }
    }

    private void store(SavedPipeline entry, Answer<SavedPipeline> answer) {
        String name = entry.name();
        saving.add(name);
        intents.put(
                Section.SAVED_PIPELINES,
                name,
                entry.encode(),
                Answer.of(
                        stored -> {
                            saving.remove(name);
                            saved.put(name, entry);
                            answer.ok(entry);
                        },
                        e -> {
                            saving.remove(name);
                            answer.fail(e);
                        }));
    }

    /** Takes a saved pipeline of another snapshot in, just as it stood there. Its name must not be here. */
    void take(SavedPipeline entry, Answer<SavedPipeline> answer) {
        if (saved.size() >= MAX_SAVED) {
            answer.fail(new ShipoteException(ErrorCode.LIMIT_EXCEEDED, MAX_SAVED + " pipelines are saved already"));
            return;
        }
        try {
            refuseWhileSaved(entry.name());
        } catch (ShipoteException e) {
            answer.fail(e);
            return;
        }
        store(entry, answer);
    }

    /** The one that is saved under a name, if any is. */
    Optional<SavedPipeline> find(String name) {
        return Optional.ofNullable(saved.get(name));
    }

    /** Forgets a saved pipeline. */
    public void drop(String name, Answer<Void> answer) {
        get(name);
        intents.remove(Section.SAVED_PIPELINES, name, answer.then(removed -> {
            saved.remove(name);
            answer.ok(null);
        }));
    }

    /** The saved pipeline of that name. */
    public SavedPipeline get(String name) {
        SavedPipeline found = saved.get(name);
        if (found == null) {
            throw new ShipoteException(
                    ErrorCode.NOT_FOUND,
                    "no pipeline is saved as '" + name + "' (shipote pipeline saved lists them)",
                    Map.of("target", name));
        }
        return found;
    }

    /** That version of a saved pipeline, or the newest. */
    public SavedVersions.Version version(String name, Optional<Long> version) {
        SavedVersions versions = get(name).versions();
        return version.isEmpty()
                ? versions.newest()
                : versions.find(version.get())
                        .orElseThrow(() -> new ShipoteException(
                                ErrorCode.NOT_FOUND,
                                "no version " + version.get() + " of '" + name + "' is kept (shipote pipeline saved "
                                        + name + " --versions lists them)",
                                Map.of("target", name)));
    }

    /** The saved names after this one, in order. */
    public Collection<String> names(Optional<String> after) {
        return after.isEmpty()
                ? saved.keySet()
                : saved.tailMap(after.get(), false).keySet();
    }

    /** Takes a saved pipeline of the snapshot over. */
    void restored(SavedPipeline entry) {
        saved.put(entry.name(), entry);
    }
}
