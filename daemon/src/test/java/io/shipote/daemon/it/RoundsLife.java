package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.PruneIn;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RestartPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What lives through all rounds, and what is done in each. */
final class RoundsLife {
    private static final RestartPolicy ALWAYS = RestartPolicy.of(RestartPolicy.Policy.ALWAYS);

    private final DaemonHarness daemon;
    private final Room room;
    private final String workspace;
    private final List<String> commands = new ArrayList<>();
    private final List<String> pipelines = new ArrayList<>();
    private final List<String> before;
    private final TreeSet<Long> processes;

    RoundsLife(DaemonHarness daemon) {
        this.daemon = daemon;
        this.room = daemon.room();
        workspace = room.workspace("rounds");
        commands.add(room.named(workspace, "web", ALWAYS, Specs.command("sleep", "600"))
                .id());
        RunOut plain = room.run(workspace, Specs.shell("echo begun; exec sleep 601"));
        commands.add(plain.id());
        pipelines.add(room.pipeline(Specs.supervised(Specs.chain("chain", workspace, "exec sleep 602", "exec cat")))
                .id());
        pipelines.add(room.pipeline(
                        Specs.supervised(Specs.tapped(Specs.chain("tapped", workspace, "exec sleep 603", "exec cat"))))
                .id());
        before = seen();
        processes = new TreeSet<>(daemon.processes());
    }

    String workspace() {
        return workspace;
    }

    /** A run that lives. */
    String run() {
        return room.command("web").run().orElseThrow();
    }

    /** A few commands and a pipeline, to their ends. */
    void work(int round) {
        assertEquals(0, room.ended(workspace, Specs.command("true")).status());
        assertEquals("round " + round + "\n", room.output(workspace, Specs.command("echo", "round", "" + round)));
        String id = room.pipeline(Specs.chain("sum", workspace, "seq 1 100", "wc -l"))
                .id();
        assertEquals(0, room.await(id).status());
        assertTrue(room.outputs(id).values().stream().anyMatch("100\n"::equals), () -> "" + room.outputs(id));
    }

    /** Forgets what has ended, also what a daemon before has run. */
    void prune() {
        daemon.client().prune(new PruneIn(Optional.of(workspace), Optional.of(0L), Optional.of(false)));
    }

    void assertUnharmed() {
        assertEquals(before, seen());
        assertEquals(processes, new TreeSet<>(daemon.processes()));
        assertEquals("begun\n", room.logs(commands.get(1)));
    }

    /** Process, run and restarts of each that is to live. */
    private List<String> seen() {
        List<String> all = new ArrayList<>();
        commands.forEach(id -> all.add(seen(room.command(id))));
        for (String id : pipelines) {
            PipelineStatus pipeline = room.pipeline(id);
            assertEquals(JobState.RUNNING, pipeline.state(), pipeline::why);
            all.add(id + " " + pipeline.restarts() + " " + pipeline.holders());
            pipeline.stages().forEach(stage -> all.add(seen(stage)));
        }
        return all;
    }

    private static String seen(CommandStatus command) {
        assertEquals(JobState.RUNNING, command.state(), command::why);
        assertEquals(0, command.restarts(), command::why);
        return command.id() + " " + command.pid() + " " + command.run();
    }

    /** For the message of a failure. */
    @Override
    public String toString() {
        return Map.of("commands", commands, "pipelines", pipelines).toString();
    }
}
