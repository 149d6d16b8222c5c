package io.shipote.daemon.it;

import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;

/** Ends commands and sources of pipelines behind the daemon's back. */
final class ChaosDeaths {
    private static final int ONE_IN = 4;

    private final DaemonHarness daemon;
    private final SplittableRandom random;
    private int count;

    ChaosDeaths(DaemonHarness daemon, SplittableRandom random) {
        this.daemon = daemon;
        this.random = random;
    }

    int count() {
        return count;
    }

    /** Some of those of which the client is sure that they run. No client is at work. */
    void among(ChaosClient client) {
        List<Long> alive = daemon.processes();
        List<ChaosWorld> possible = client.possible();
        for (Map.Entry<String, Space> space : possible.get(0).spaces().entrySet()) {
            for (String job : List.copyOf(space.getValue().jobs().keySet())) {
                Optional<Long> pid = sure(possible, space.getKey(), job).filter(alive::contains);
                if (pid.isPresent() && random.nextInt(ONE_IN) == 0) {
                    end(pid.get());
                    client.happened(world -> world.in(
                            space.getKey(),
                            old -> old.with(job, old.jobs().get(job).died())));
                    count++;
                }
            }
        }
    }

    private static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> !Processes.alive(pid));
    }

    /** The first process of a job that runs, and has this process, in all that may be so. */
    private static Optional<Long> sure(List<ChaosWorld> possible, String space, String label) {
        List<Optional<Long>> pids = new ArrayList<>();
        for (ChaosWorld world : possible) {
            Space there = world.spaces().get(space);
            Job job = there == null ? null : there.jobs().get(label);
            boolean runs = job != null && !there.mortal() && job.state() == Job.State.UP;
            pids.add(runs ? job.pids().map(all -> all.get(0)) : Optional.empty());
        }
        return pids.stream().distinct().count() == 1 ? pids.get(0) : Optional.empty();
    }
}
