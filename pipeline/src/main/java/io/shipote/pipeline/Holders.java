package io.shipote.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.PipelineId;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Argv;
import io.shipote.core.Child;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.Launcher;
import io.shipote.core.Run;
import io.shipote.core.Waiters;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The processes that keep pipe ends of one pipeline open while no daemon is there: one for each {@link Hold}, a
 * {@code sleep} with a run record that says which ends. Confined to the loop thread.
 */
final class Holders {
    private static final CommandRef SLEEP = CommandRef.nativeCommand("pipe holder", "sleep", List.of("infinity"));

    private final Host host;
    private final Workspace workspace;
    private final PipelineId pipeline;
    private final Map<String, Run> live = new LinkedHashMap<>();
    private final List<Run> leaving = new ArrayList<>();
    /** Of holds without a process: what they came to, for the next daemon. */
    private final List<RunRecord> kept = new ArrayList<>();

    private final Waiters whenGone = new Waiters();
    private Consumer<String> whenLost = name -> {};
    private int starting;
    private boolean over;

    Holders(Host host, Workspace workspace, PipelineId pipeline) {
        this.host = host;
        this.workspace = workspace;
        this.pipeline = pipeline;
    }

    /** Who is told the name of a hold whose process ended and was not meant to. */
    void onLost(Consumer<String> lost) {
        whenLost = lost;
    }

    /** @param ends what it is to hold; the descriptors stay the caller's, and open until it runs */
    LaunchPlan plan(String name, Map<PipeEnd, Fd> ends) throws IOException {
        ObjectNode holds = JsonNodeFactory.instance.objectNode().put(HeldEnds.NAME, name);
        ObjectNode list = holds.putObject(HeldEnds.ENDS);
        for (Map.Entry<PipeEnd, Fd> end : ends.entrySet()) {
            list.put(end.getKey().toString(), Pipe.identity(end.getValue()));
        }
        RunRecord record = RunRecord.launching(
                        host.bootId(),
                        host.ids().run(),
                        host.ids().command(),
                        workspace.id(),
                        SLEEP.label(),
                        Argv.of(SLEEP),
                        Optional.empty(),
                        0,
                        host.loop().wallMillis())
                .holding(pipeline, holds);
        return new LaunchPlan(
                record,
                SLEEP,
                workspace.spec(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.copyOf(ends.values()));
    }

    /** One that was started, or adopted; whoever held the same before is ended. */
    void started(RunRecord record, Child child) {
        String name = record.holds().orElseThrow().path(HeldEnds.NAME).asText();
        Run run = new Run(host.loop(), host.launcher(), record, child);
        Run before = live.put(name, run);
        if (before != null) {
            end(before);
        }
        run.whenEnded(ended -> {
            if (live.remove(name, ended)) {
                end(ended);
                whenLost.accept(name);
            }
        });
    }

    /**
     * Starts a process that holds these ends in the place of the one before; the descriptors are closed then. {@code done}
     * is told why there is none: the one before stays until it is released.
     */
    void replace(String name, Map<PipeEnd, Fd> ends, Consumer<Optional<ShipoteException>> done) throws IOException {
        LaunchPlan plan = plan(name, ends);
        starting++;
        host.launcher().launch(List.of(plan), outcome -> {
            starting--;
            ends.values().forEach(Fd::close);
            if (outcome instanceof Launcher.Started one) {
                started(one.records().get(0), one.children().get(0));
            }
            if (over) {
                release(name);
            }
            done.accept(outcome instanceof Launcher.NotStarted failed ? Optional.of(failed.cause()) : Optional.empty());
            check();
        });
    }

    /** Ends the process of a hold, if there is one: what only it still had open is closed. */
    void release(String name) {
        Run run = live.remove(name);
        if (run != null) {
            end(run);
        }
    }

    /**
     * A hold is done: nothing of it is open any more. Its process is ended, but not before its record says so, and that
     * stays: else the next daemon would take its pipes for lost.
     */
    void done(String name) {
        Run run = live.remove(name);
        if (run == null) {
            return;
        }
        leaving.add(run);
        run.note(HeldEnds::markDone);
        host.launcher()
                .keep(
                        List.of(run.record()),
                        () -> run.end(EndedBy.DEPENDENCY, Duration.ZERO, () -> {
                            leaving.remove(run);
                            keep(run.record());
                            check();
                        }));
    }

    /** Has the record of a process that is gone stay until the end of all. */
    void keep(RunRecord gone) {
        if (over) {
            host.launcher().forget(gone);
        } else {
            kept.add(gone);
        }
    }

    /** Ends all; {@code gone} when none is left. */
    void end(Runnable gone) {
        over = true;
        kept.forEach(host.launcher()::forget);
        kept.clear();
        whenGone.add(gone);
        List.copyOf(live.keySet()).forEach(this::release);
        check();
    }

    private void end(Run run) {
        leaving.add(run);
        run.end(EndedBy.DEPENDENCY, Duration.ZERO, () -> {
            leaving.remove(run);
            host.launcher().forget(run.record());
            check();
        });
    }

    private void check() {
        if (live.isEmpty() && leaving.isEmpty() && starting == 0) {
            whenGone.release();
        }
    }

    /** The record of the process that holds this. */
    Optional<RunRecord> record(String name) {
        return Optional.ofNullable(live.get(name)).map(Run::record);
    }

    /** Those that run. */
    List<Run> live() {
        List<Run> all = new ArrayList<>(live.values());
        all.addAll(leaving);
        return all;
    }
}
