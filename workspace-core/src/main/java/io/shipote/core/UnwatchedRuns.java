package io.shipote.core;

import io.shipote.card.WorkspaceId;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.WayBack;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Runs that are alive although nobody here knows their workspace or pipeline: a rollback leaves them alone, and nobody
 * watches them. Immutable; {@link #among} blocks.
 */
public final class UnwatchedRuns {
    /** Nothing runs unwatched. */
    public static final UnwatchedRuns NONE = new UnwatchedRuns(Map.of(), Map.of());

    private final Map<String, Found> byWorkspace;
    private final Map<String, Found> byPipeline;

    private UnwatchedRuns(Map<String, Found> byWorkspace, Map<String, Found> byPipeline) {
        this.byWorkspace = byWorkspace;
        this.byPipeline = byPipeline;
    }

    /**
     * Those of one workspace or pipeline.
     *
     * @param processes each main process with its program, as {@code 4711 sleep}
     * @param back the commands that lead back to a state that knows them, if there is one
     * @param end the command that ends them
     */
    public record Found(List<String> processes, Optional<String> back, String end) {
        /** What there is to be done, for a human. */
        public String advice() {
            return back.map(commands -> "to have them back: " + commands + "   or ")
                            .orElse("")
                    + "to end them: " + end;
        }

        /** Why nothing else with the id may be started here. */
        public String whyNot() {
            return processes.size() + (processes.size() == 1 ? " of its processes runs" : " of its processes run")
                    + " on unwatched, as after a rollback, and would run twice: " + String.join(", ", processes) + " ("
                    + advice() + ")";
        }
    }

    /**
     * Sorts what a census has found.
     *
     * @param workspaces whether one with this id is known
     * @param pipelines the same
     * @param running whether a daemon has to be stopped for a way back
     */
    public static UnwatchedRuns among(
            Collection<RunCensus.Living> living,
            Predicate<String> workspaces,
            Predicate<String> pipelines,
            ProcFiles proc,
            WayBack wayBack,
            boolean running) {
        Map<String, List<RunCensus.Living>> ofWorkspaces = living.stream()
                .filter(one -> !workspaces.test(one.workspace()))
                .collect(Collectors.groupingBy(RunCensus.Living::workspace));
        Map<String, List<RunCensus.Living>> ofPipelines = living.stream()
                .filter(one -> one.pipeline().filter(id -> !pipelines.test(id)).isPresent())
                .collect(Collectors.groupingBy(one -> one.pipeline().orElseThrow()));
        Set<String> ids = new HashSet<>(ofWorkspaces.keySet());
        ids.addAll(ofPipelines.keySet());
        Map<String, String> back = ids.isEmpty() ? Map.of() : wayBack.to(ids, running);
        return new UnwatchedRuns(found(ofWorkspaces, proc, back), found(ofPipelines, proc, back));
    }

    private static Map<String, Found> found(
            Map<String, List<RunCensus.Living>> groups, ProcFiles proc, Map<String, String> back) {
        Map<String, Found> all = new TreeMap<>();
        groups.forEach((id, runs) -> {
            List<Integer> pids = runs.stream().map(one -> one.main().pid()).toList();
            List<String> processes =
                    pids.stream().map(pid -> pid + " " + program(proc, pid)).toList();
            // Each leads a process group of its own, with what it has started.
            String end = "kill --" + pids.stream().map(pid -> " -" + pid).collect(Collectors.joining());
            all.put(id, new Found(processes, Optional.ofNullable(back.get(id)), end));
        });
        return all;
    }

    private static String program(ProcFiles proc, int pid) {
        List<String> argv = proc.arguments(pid);
        String path = argv.isEmpty() ? "?" : argv.get(0);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Of each workspace that is not known, by its id. */
    public Map<String, Found> workspaces() {
        return Map.copyOf(byWorkspace);
    }

    /** Of a workspace that is not known. */
    public Optional<Found> of(WorkspaceId workspace) {
        return Optional.ofNullable(byWorkspace.get(workspace.text()));
    }

    /** Of a pipeline that is not known, which may be one of a workspace that is. */
    public Optional<Found> ofPipeline(String id) {
        return Optional.ofNullable(byPipeline.get(id));
    }
}
