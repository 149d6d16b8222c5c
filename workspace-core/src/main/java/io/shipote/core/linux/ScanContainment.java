package io.shipote.core.linux;

import java.io.IOException;
import java.time.Duration;
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
    /** How long one {@link #kill} runs after a tree that goes on forking; it is to be called again. */
    private static final Duration KILL_FOR = Duration.ofMillis(250);

    /** Each round stops what was forked during the one before. */
    private static final int MAX_FREEZE_ROUNDS = 32;

    private final ProcLooks looks;
    private final ProcFiles proc;
    private final String runId;
    private final Optional<ProcessIdentity> leader;
    /** Pid to start ticks of the members seen last: they stay members, whatever they do. */
    private Map<Integer, Long> known = Map.of();
    /** Who might still turn out to be a member, when no member was left: pid to start ticks. */
    private Optional<Map<Integer, Long>> doubted = Optional.empty();
    /** Whether a member of that look was in the leader's session, whose number is its own as long as one is. */
    private boolean pinned;

    ScanContainment(ProcLooks looks, String runId, Optional<ProcessIdentity> leader) {
        this.looks = looks;
        this.proc = looks.proc();
        this.runId = runId;
        this.leader = leader.filter(identity -> identity.bootId().equals(proc.bootId()));
    }

    @Override
    public UsageSource usageSource() {
        return new UsageSource.Tree(runId, Optional.empty(), leader);
    }

    @Override
    public List<Integer> pids() {
        return List.copyOf(members(looks.now()).keySet());
    }

    /** Pid to start ticks of the live members. */
    private Map<Integer, Long> members(ProcLook look) {
        Map<Integer, ProcStat> all = look.all();
        Set<Integer> members = new HashSet<>();
        for (ProcStat stat : all.values()) {
            if (same(known.get(stat.pid()), stat)
                    || leads(stat)
                    || runId.equals(look.runs().get(stat.pid()))) {
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
            if (!stat.zombie() && pid != LibC.getpid()) {
                live.put(pid, stat.startTicks());
            }
        }
        known = Map.copyOf(live);
        return live;
    }

    private static boolean same(Long ticks, ProcStat stat) {
        return ticks != null && ticks == stat.startTicks();
    }

    private boolean leads(ProcStat stat) {
        return leader.isPresent()
                && leader.get().pid() == stat.pid()
                && leader.get().startTicks() == stat.startTicks();
    }

    /** Only while a member is in it: without one the number of the session may be somebody else's by now. */
    private void addSession(Set<Integer> members, Map<Integer, ProcStat> all) {
        if (leader.isEmpty()) {
            return;
        }
        int session = leader.get().pid();
        pinned = members.stream().anyMatch(pid -> all.get(pid).session() == session);
        if (pinned) {
            all.values().stream().filter(stat -> stat.session() == session).forEach(stat -> members.add(stat.pid()));
        }
    }

    @Override
    public void signal(int signal) throws IOException {
        signalAll(members(looks.now()), signal);
    }

    /** The start time says whether the process that is held is the one that was seen. */
    private void signalAll(Map<Integer, Long> seen, int signal) throws ErrnoException {
        HeldProcesses.<ErrnoException>signal(
                List.copyOf(seen.keySet()),
                signal,
                () -> pid ->
                        proc.stat(pid).filter(stat -> same(seen.get(pid), stat)).isPresent());
    }

    /** A process with a SIGKILL pending can fork no more, so each round only finds what was forked before it. */
    @Override
    public void kill() throws IOException {
        long end = System.nanoTime() + KILL_FOR.toNanos();
        Set<Map.Entry<Integer, Long>> killed = new HashSet<>();
        boolean more = true;
        while (more && System.nanoTime() - end < 0) {
            more = killOnSight(killed);
            Map<Integer, Long> seen = members(looks.now());
            signalAll(seen, Signals.KILL);
            more |= killed.addAll(Map.copyOf(seen).entrySet());
        }
    }

    /**
     * Kills each member at the moment it is seen: processes that live for a millisecond and leave a child behind are
     * gone by the end of a walk.
     */
    private boolean killOnSight(Set<Map.Entry<Integer, Long>> killed) throws ErrnoException {
        boolean more = false;
        for (int pid : proc.pids()) {
            Optional<ProcStat> seen = proc.stat(pid).filter(stat -> !stat.zombie() && evident(stat));
            if (seen.isEmpty() || pid == LibC.getpid()) {
                continue;
            }
            Map<Integer, Long> one = Map.of(pid, seen.get().startTicks());
            if (killed.addAll(one.entrySet())) {
                signalAll(one, Signals.KILL);
                more = true;
            }
        }
        return more;
    }

    /** Whether it is a member by what can be seen of it alone. */
    private boolean evident(ProcStat stat) {
        return same(known.get(stat.pid()), stat)
                || leads(stat)
                || (pinned && stat.session() == leader.get().pid())
                || proc.environ(stat.pid(), RUN_VARIABLE).filter(runId::equals).isPresent();
    }

    @Override
    public boolean empty() {
        return empty(System.nanoTime());
    }

    /**
     * A walk can miss who is forked behind its back by one that then ends: only the second one is believed, and only
     * if no orphan is just becoming another program.
     */
    @Override
    public boolean empty(long askedNanos) {
        boolean none = true;
        Map<Integer, Long> unclear = new HashMap<>();
        for (ProcLook look : looks.twoSince(askedNanos)) {
            none &= members(look).isEmpty();
            unclear.putAll(ProcLooks.unclear(look));
        }
        // Who comes later is none of ours: a child of a member that nobody has seen is unlikely enough.
        doubted.ifPresent(before -> unclear.entrySet().retainAll(before.entrySet()));
        doubted = none ? Optional.of(unclear) : Optional.empty();
        return none && unclear.isEmpty();
    }

    @Override
    public Freezing freeze() throws IOException {
        Set<Map.Entry<Integer, Long>> stopped = new HashSet<>();
        Map<Integer, Long> seen = members(looks.now());
        for (int round = 0;
                round < MAX_FREEZE_ROUNDS && stopped.addAll(Map.copyOf(seen).entrySet());
                round++) {
            signalAll(seen, Signals.STOP);
            seen = members(looks.now());
        }
        return Freezing.SIGNAL;
    }

    @Override
    public void thaw() throws IOException {
        signal(Signals.CONT);
    }

    @Override
    public Optional<Freezing> frozen() {
        ProcLook look = looks.now();
        Set<Integer> live = members(look).keySet();
        boolean all = !live.isEmpty()
                && live.stream().allMatch(pid -> look.all().get(pid).stopped() || proc.stopPending(pid));
        return all ? Optional.of(Freezing.SIGNAL) : Optional.empty();
    }

    @Override
    public void remove() {
        known = Map.of();
    }
}
