package io.shipote.core.linux;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** By a leaf of its own in the v2 tree, which no process can leave by forking. */
final class LeafContainment implements Containment {
    /** For kernels that cannot kill a group: a fork bomb that survives this many rounds is left. */
    private static final int MAX_ROUNDS = 64;

    private final RunGroup group;

    LeafContainment(RunGroup group) {
        this.group = group;
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
    public void remove() throws IOException {
        group.remove();
    }
}
