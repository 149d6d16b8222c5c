package io.shipote.core.linux;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * By looking at all processes: those with the run in their environment, the session that the run's first
 * process leads, and the descendants of all of them. A process that clears its environment, leaves the
 * session and loses its parents, all between two looks, is not found.
 */
final class ScanContainment implements Containment {
    private static final int MAX_ROUNDS = 64;

    private final ProcFiles proc;
    private final String runId;
    private final Optional<ProcessIdentity> leader;
    /** Pid to start ticks of the members seen last: they stay members, whatever they do. */
    private Map<Integer, Long> known = Map.of();

    ScanContainment(ProcFiles proc, String runId, Optional<ProcessIdentity> leader) {
        this.proc = proc;
        this.runId = runId;
        this.leader = leader.filter(identity -> identity.bootId().equals(proc.bootId()));
    }

    @Override
    public UsageSource usageSource() {
        return new UsageSource.Tree(runId, Optional.empty(), leader);
    }

    @Override
    public List<Integer> pids() {
        return List.copyOf(look().keySet());
    }

    private Map<Integer, Long> look() {
        Map<Integer, ProcStat> all = proc.snapshot();
        Set<Integer> members = new HashSet<>();
        for (ProcStat stat : all.values()) {
            boolean before = same(known.get(stat.pid()), stat);
            boolean first = leader.filter(identity -> identity.pid() == stat.pid())
                    .filter(identity -> identity.startTicks() == stat.startTicks())
                    .isPresent();
            if (before || first || carriesRun(stat)) {
                members.add(stat.pid());
            }
        }
        addSession(members, all);
        for (int pid : List.copyOf(members)) {
            members.addAll(ProcFiles.descendants(pid, all));
        }
        Map<Integer, Long> live = new HashMap<>();
        for (int pid : members) {
            ProcStat stat = all.get(pid);
            if (!stat.zombie() && pid != ProcessHandle.current().pid()) {
                live.put(pid, stat.startTicks());
            }
        }
        known = Map.copyOf(live);
        return live;
    }

    private static boolean same(Long ticks, ProcStat stat) {
        return ticks != null && ticks == stat.startTicks();
    }

    private boolean carriesRun(ProcStat stat) {
        return proc.environ(stat.pid(), RUN_VARIABLE).filter(runId::equals).isPresent();
    }

    /** Only while a member is in it: without one the number of the session may be somebody else's by now. */
    private void addSession(Set<Integer> members, Map<Integer, ProcStat> all) {
        if (leader.isEmpty()) {
            return;
        }
        int session = leader.get().pid();
        boolean pinned = members.stream().anyMatch(pid -> all.get(pid).session() == session);
        if (pinned) {
            all.values().stream().filter(stat -> stat.session() == session).forEach(stat -> members.add(stat.pid()));
        }
    }

    @Override
    public void signal(int signal) throws IOException {
        signalAll(look(), signal);
    }

    /** The start time says whether the process that is held is the one that was seen. */
    private void signalAll(Map<Integer, Long> seen, int signal) throws ErrnoException {
        HeldProcesses.<ErrnoException>signal(
                List.copyOf(seen.keySet()),
                signal,
                () -> pid ->
                        proc.stat(pid).filter(stat -> same(seen.get(pid), stat)).isPresent());
    }

    @Override
    public void kill() throws IOException {
        Set<Map.Entry<Integer, Long>> killed = new HashSet<>();
        Map<Integer, Long> seen = look();
        // A process with a SIGKILL pending can fork no more, so each round only finds what was forked before.
        for (int round = 0; round < MAX_ROUNDS && killed.addAll(Map.copyOf(seen).entrySet()); round++) {
            signalAll(seen, Signals.KILL);
            seen = look();
        }
    }

    @Override
    public boolean empty() {
        return look().isEmpty();
    }

    @Override
    public void remove() {
        known = Map.of();
    }
}
