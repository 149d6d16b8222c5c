package io.shipote.core;

import io.shipote.core.linux.Containment;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcStat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ends what an earlier daemon started and no run answers for any more: descendants that stayed behind when their run
 * ended, while no daemon was there to end them. To be used once all runs are adopted or given up; it blocks.
 */
public final class Strays {
    private static final String WORKSPACE = "SHIPOTE_WORKSPACE";

    private final ProcFiles proc;
    private final Map<String, String> own;

    /** @param own the daemon's environment: it may itself have been started by a command */
    public Strays(ProcFiles proc, Map<String, String> own) {
        this.proc = proc;
        this.own = Map.copyOf(own);
    }

    /**
     * Ends every process of these workspaces that is older than this daemon and belongs to none of these runs.
     *
     * @return the runs that had such processes
     */
    public Set<String> end(Set<String> workspaces, Set<String> live) throws IOException {
        Set<String> runs = new TreeSet<>();
        long begun = proc.stat((int) ProcessHandle.current().pid())
                .map(ProcStat::startTicks)
                .orElse(0L);
        for (ProcStat stat : proc.snapshot().values()) {
            Optional<String> run = proc.environ(stat.pid(), ChildEnvironment.RUN);
            if (run.isPresent()
                    && stat.startTicks() < begun
                    && !live.contains(run.get())
                    && !run.get().equals(own.get(ChildEnvironment.RUN))
                    && proc.environ(stat.pid(), WORKSPACE)
                            .filter(workspaces::contains)
                            .isPresent()) {
                runs.add(run.get());
            }
        }
        for (String run : runs) {
            Containment.scan(proc, run, Optional.empty()).kill();
        }
        return runs;
    }
}
