package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** By a leaf of its own in the v2 tree, which no process can leave by forking. */
final class LeafContainment implements Containment {
    /** For kernels that cannot kill a group: a fork bomb that survives this many rounds is left to the next call. */
    private static final int MAX_ROUNDS = 64;

    /** How long {@link #freeze} waits; who sleeps uninterruptibly is frozen when it wakes up. In ms. */
    private static final int MAX_FREEZE_WAIT = 500;

    private static final int FREEZE_STEP = 50;

    private final RunGroup group;
    private final Path leaf;

    LeafContainment(RunGroup group) {
        this.group = group;
        this.leaf = group.leaf().orElseThrow();
    }

    @Override
    public UsageSource usageSource() {
        return group.usageSource();
    }

    @Override
    public List<Integer> pids() throws IOException {
        return group.pids();
    }

    @Override
    public void signal(int signal) throws IOException {
        HeldProcesses.<IOException>signal(pids(), signal, () -> {
            Set<Integer> now = new HashSet<>(pids());
            return now::contains;
        });
    }

    /** By {@code cgroup.kill}, which reaches forks and the frozen too; see {@code cgroups(7)}. */
    @Override
    public void kill() throws IOException {
        if (group.kill()) {
            return;
        }
        Set<Integer> seen = new HashSet<>();
        for (int round = 0; round < MAX_ROUNDS && seen.addAll(pids()); round++) {
            signal(Signals.KILL);
        }
    }

    @Override
    public boolean empty() throws IOException {
        return !group.populated();
    }

    @Override
    public Optional<GroupEvents> events() throws IOException {
        return Optional.of(GroupEvents.open(leaf));
    }

    @Override
    public Freezing freeze() throws IOException {
        refuse(group.freeze(true));
        try (GroupEvents events = GroupEvents.open(leaf)) {
            for (int waited = 0; waited < MAX_FREEZE_WAIT && !has("frozen 1"); waited += FREEZE_STEP) {
                events.await(FREEZE_STEP);
            }
        }
        return Freezing.GROUP;
    }

    private boolean has(String line) throws IOException {
        return GroupDir.lines(leaf.resolve("cgroup.events")).contains(line);
    }

    @Override
    public void thaw() throws IOException {
        refuse(group.freeze(false));
    }

    private static void refuse(Optional<String> refused) throws IOException {
        if (refused.isPresent()) {
            throw new IOException(refused.get());
        }
    }

    @Override
    public Optional<Freezing> frozen() throws IOException {
        return GroupDir.lines(leaf.resolve("cgroup.freeze")).contains("1")
                ? Optional.of(Freezing.GROUP)
                : Optional.empty();
    }

    @Override
    public void remove() throws IOException {
        group.remove();
    }
}
