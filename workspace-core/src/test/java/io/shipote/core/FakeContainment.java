package io.shipote.core;

import io.shipote.core.linux.Containment;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.UsageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes of which the test says whether they are there; it notes what is done to them. */
final class FakeContainment implements Containment {
    final List<String> done = new ArrayList<>();
    final List<Integer> pids = new ArrayList<>();
    int looks;
    boolean immortal;
    boolean unreadable;
    /** Kills that must happen until none is forked any more. */
    int forksLeft;

    FakeContainment(Integer... members) {
        pids.addAll(List.of(members));
    }

    @Override
    public UsageSource usageSource() {
        return UsageSource.NONE;
    }

    @Override
    public List<Integer> pids() {
        return List.copyOf(pids);
    }

    @Override
    public void signal(int signal) {
        done.add("signal " + signal);
    }

    @Override
    public void kill() {
        done.add("kill");
        if (forksLeft > 0) {
            forksLeft--;
        } else if (!immortal) {
            pids.clear();
        }
    }

    @Override
    public boolean empty() throws IOException {
        looks++;
        if (unreadable) {
            throw new IOException("no descriptors left");
        }
        return pids.isEmpty();
    }

    @Override
    public Freezing freeze() throws IOException {
        done.add("freeze");
        if (unreadable) {
            throw new IOException("refused");
        }
        return Freezing.GROUP;
    }

    @Override
    public void thaw() {
        done.add("thaw");
    }

    @Override
    public Optional<Freezing> frozen() {
        return Optional.empty();
    }

    @Override
    public void remove() {
        done.add("remove");
    }
}
