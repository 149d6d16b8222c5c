package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineCalls.ListPipelinesIn;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.client.Shipote;
import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a daemon shows of all clients' things at one moment. */
final class ChaosView {
    private static final Optional<Long> ALL = Optional.of(1_000L);

    private final long before = System.currentTimeMillis();
    private final List<WorkspaceStatus> workspaces;
    private final List<CommandStatus> commands;
    private final List<PipelineStatus> pipelines;
    private final Map<String, Long> saved = new TreeMap<>();
    private final long after;

    private ChaosView(Shipote daemon) {
        workspaces = daemon.workspaces().list(Optional.empty(), ALL).workspaces();
        commands = daemon
                .commands()
                .list(new ListCommandsIn(Optional.empty(), Optional.of(true), Optional.empty(), ALL))
                .commands()
                .stream()
                .filter(command -> command.pipeline().isEmpty())
                .toList();
        pipelines = daemon.pipelines()
                .list(new ListPipelinesIn(Optional.empty(), Optional.of(true), Optional.empty(), ALL))
                .pipelines();
        for (String name : daemon.pipelines().listSaved(Optional.empty(), ALL).names()) {
            assertNull(saved.put(name, version(daemon, name)), () -> "there are two " + name);
        }
        after = System.currentTimeMillis();
    }

    static ChaosView of(Shipote daemon) {
        return new ChaosView(daemon);
    }

    /** The newest version, whose one stage is named after it. */
    private static long version(Shipote daemon, String name) {
        var shown = daemon.pipelines().showSaved(name);
        long version = shown.version().orElseThrow();
        assertEquals(
                "v" + version,
                shown.spec().at("/nodes/0/label").asText(),
                () -> "what stands as version " + version + " of " + name + ": " + shown.spec());
        return version;
    }

    /** Whether this is what a client may remember. */
    boolean fits(ChaosWorld remembered, ChaosWorld seen) {
        return remembered.fits(seen, before, after);
    }

    List<String> workspaces() {
        return workspaces.stream().map(WorkspaceStatus::id).toList();
    }

    /** All that belongs to one client; fails if anything of it is there twice or is still on its way. */
    ChaosWorld of(String prefix) {
        Map<String, Space> spaces = new TreeMap<>();
        for (WorkspaceStatus space : workspaces) {
            if (space.label().startsWith(prefix)) {
                assertNull(spaces.put(space.label(), space(space)), () -> "there are two " + space.label());
            }
        }
        Map<String, Long> own = new TreeMap<>(saved);
        own.keySet().removeIf(name -> !name.startsWith(prefix));
        return new ChaosWorld(spaces, own);
    }

    private Space space(WorkspaceStatus space) {
        boolean paused = space.state() == WorkspaceStatus.State.PAUSED;
        if (!paused) {
            assertEquals(WorkspaceStatus.State.ACTIVE, space.state(), () -> "state of " + space.label());
        }
        Map<String, Job> jobs = new TreeMap<>();
        for (CommandStatus command : commands) {
            if (command.workspace().equals(space.id())) {
                Job before = jobs.put(command.name().orElse(command.label()), job(command));
                assertNull(before, () -> "there are two " + command.label());
            }
        }
        for (PipelineStatus pipeline : pipelines) {
            if (pipeline.workspace().equals(space.id())) {
                assertNull(jobs.put(pipeline.label(), job(pipeline)), () -> "there are two " + pipeline.label());
            }
        }
        return new Space(Optional.of(space.id()), paused, space.deadlineMs().orElse(Long.MAX_VALUE), jobs);
    }

    private static Job job(CommandStatus command) {
        Job.State state = state(command.state(), command.label(), command.why());
        return new Job(
                Optional.of(command.id()),
                state,
                command.restart() != RestartPolicy.Policy.NEVER,
                pids(state, List.of(command)),
                runs(state, List.of(command)),
                Optional.of(command.restarts()));
    }

    private static Job job(PipelineStatus pipeline) {
        Job.State state = state(pipeline.state(), pipeline.label(), pipeline.why());
        return new Job(
                Optional.of(pipeline.id()),
                state,
                pipeline.supervised(),
                pids(state, pipeline.stages()),
                runs(state, pipeline.stages()),
                Optional.of(pipeline.restarts()));
    }

    private static Job.State state(JobState state, String label, String why) {
        return switch (state) {
            case RUNNING -> Job.State.UP;
            case PAUSED -> Job.State.PAUSED;
            case STOPPED -> Job.State.STOPPED;
            case EXITED, FAILED, UNKNOWN -> Job.State.ENDED;
            default -> throw new AssertionError(label + " is " + state.word() + ": " + why);
        };
    }

    private static boolean live(Job.State state) {
        return state == Job.State.UP || state == Job.State.PAUSED;
    }

    private static Optional<List<Long>> pids(Job.State state, List<CommandStatus> all) {
        return live(state)
                ? Optional.of(all.stream().map(one -> one.pid().orElse(-1L)).toList())
                : Optional.empty();
    }

    private static Optional<List<String>> runs(Job.State state, List<CommandStatus> all) {
        return live(state)
                ? Optional.of(all.stream().map(one -> one.run().orElse("")).toList())
                : Optional.empty();
    }

    /** Pid and run of all that is said to run; of what holds pipes the run is not shown. */
    Map<Long, String> processes() {
        List<CommandStatus> all = new ArrayList<>(commands);
        pipelines.forEach(pipeline -> all.addAll(pipeline.stages()));
        Map<Long, String> found = new TreeMap<>();
        for (CommandStatus command : all) {
            if (command.pid().isPresent()) {
                String before = found.put(command.pid().get(), command.run().orElseThrow());
                assertNull(before, () -> "two commands have the process " + command.pid());
            }
        }
        holders().forEach(pid -> assertNull(found.put(pid, ""), () -> "it is used twice: process " + pid));
        return found;
    }

    /** Whether what runs is to be kept from running, by run. */
    Map<String, Boolean> frozen() {
        Map<String, Boolean> all = new TreeMap<>();
        for (CommandStatus command : commands) {
            command.run()
                    .filter(run -> command.state().live())
                    .ifPresent(run -> all.put(run, command.state() == JobState.PAUSED));
        }
        for (PipelineStatus pipeline : pipelines) {
            for (CommandStatus stage : pipeline.stages()) {
                stage.run()
                        .filter(run -> stage.pid().isPresent())
                        .ifPresent(run -> all.put(run, pipeline.state() == JobState.PAUSED));
            }
        }
        return all;
    }

    /** Pids of what holds pipes. */
    Set<Long> holders() {
        Set<Long> found = new HashSet<>();
        pipelines.forEach(pipeline -> pipeline.holders().ifPresent(found::addAll));
        return found;
    }
}
