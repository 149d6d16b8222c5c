package io.shipote.core;

import io.shipote.card.CommandId;
import io.shipote.card.PipelineId;
import io.shipote.card.StopSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The run records that an earlier daemon left, by command; the newest run of a command counts. */
public final class RunsFound {
    private final Map<CommandId, RunRecord> newest = new LinkedHashMap<>();
    private final Map<CommandId, List<RunRecord>> earlier = new HashMap<>();
    private final List<RunRecord> superseded = new ArrayList<>();

    public RunsFound(Collection<RunRecord> records) {
        records.stream().sorted(Comparator.comparing(RunRecord::run)).forEach(record -> {
            RunRecord older = newest.put(record.command(), record);
            if (older != null
                    && older.phase() == RunPhase.ENDED
                    && older.pipeline().isEmpty()) {
                earlier.computeIfAbsent(older.command(), id -> new ArrayList<>())
                        .add(older);
            } else if (older != null) {
                superseded.add(older);
            }
        });
    }

    /** The newest record of a command, taken out; null if there is none. */
    public RunRecord take(CommandId command) {
        return newest.remove(command);
    }

    /** The records of commands of a workspace that are no stages, taken out. */
    List<RunRecord> takeCommandsOf(WorkspaceId workspace) {
        List<RunRecord> found = newest.values().stream()
                .filter(r -> r.workspace().equals(workspace) && r.pipeline().isEmpty())
                .toList();
        found.forEach(record -> newest.remove(record.command()));
        return found;
    }

    /** The records of processes that hold pipes of a pipeline, taken out; in the order of their runs. */
    public List<RunRecord> takeHoldersOf(PipelineId pipeline) {
        List<RunRecord> found = newest.values().stream()
                .filter(r -> r.holds().isPresent() && r.pipeline().equals(Optional.of(pipeline)))
                .toList();
        found.forEach(record -> newest.remove(record.command()));
        return found;
    }

    /** Puts a record back that was taken. */
    void putBack(RunRecord record) {
        newest.put(record.command(), record);
    }

    /** What has not been taken. */
    public List<RunRecord> rest() {
        return List.copyOf(newest.values());
    }

    /** The records, also older ones, of runs that may have left something behind that is to be left alone. */
    List<RunRecord> mayHaveLeft() {
        return Stream.concat(newest.values().stream(), superseded().stream())
                .filter(record -> record.phase() == RunPhase.ENDED
                        && record.endedBy().equals(Optional.of(EndedBy.ITSELF.word()))
                        && StopSpec.of(record.own()).detachedChildren())
                .toList();
    }

    /** The records of the ended runs of a command that have a newer one, oldest first; taken out. */
    List<RunRecord> takeEarlier(CommandId command) {
        return Optional.ofNullable(earlier.remove(command)).orElse(List.of());
    }

    /** Records that have a newer one, and that nobody has taken. */
    public List<RunRecord> superseded() {
        List<RunRecord> left = new ArrayList<>(superseded);
        earlier.values().forEach(left::addAll);
        return left;
    }
}
