package io.shipote.core;

import io.shipote.card.CommandId;
import io.shipote.card.PipelineId;
import io.shipote.card.WorkspaceId;
import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The run records that an earlier daemon left, by command; the newest run of a command counts. */
public final class RunsFound {
    private final Map<CommandId, RunRecord> newest = new LinkedHashMap<>();
    private final List<RunRecord> superseded = new ArrayList<>();

    public RunsFound(Collection<RunRecord> records) {
        records.stream().sorted(Comparator.comparing(RunRecord::run)).forEach(record -> {
            RunRecord older = newest.put(record.command(), record);
            if (older != null) {
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

    /** Records of runs that have a newer one. */
    public List<RunRecord> superseded() {
        return List.copyOf(superseded);
    }
}
