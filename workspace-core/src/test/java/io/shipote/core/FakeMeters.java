package io.shipote.core;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Meter;
import io.shipote.core.linux.Meters;
import io.shipote.core.linux.Usage;
import io.shipote.core.linux.UsageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Meters that show what the test says; by the source they read. */
final class FakeMeters implements Meters {
    private final Map<UsageSource, Usage> usages = new HashMap<>();
    private final List<UsageSource> open = new ArrayList<>();
    private boolean broken;
    private int reads;
    private int wholes;

    /** What is read of a source from now on; to be filled by the test. */
    Usage of(UsageSource source) {
        return usages.computeIfAbsent(source, s -> new Usage());
    }

    /** The kernel's account of a workspace's group. */
    Usage group(Workspace workspace) {
        Usage usage = of(FakeLauncher.source(workspace.id()));
        usage.source(Usage.Source.CGROUP);
        return usage;
    }

    /** What a command's run uses. */
    Usage run(FakeChild child) {
        Usage usage = of(child.usageSource());
        usage.source(Usage.Source.PROC);
        return usage;
    }

    /** From now on every reading fails, or none does. */
    void broken(boolean now) {
        broken = now;
    }

    /** What is open. */
    List<UsageSource> open() {
        return List.copyOf(open);
    }

    int reads() {
        return reads;
    }

    int wholes() {
        return wholes;
    }

    @Override
    public void begin() {}

    @Override
    public Meter open(UsageSource source) {
        open.add(source);
        return new Meter() {
            @Override
            public void read(Usage into, boolean whole) throws ErrnoException {
                if (broken) {
                    throw new ErrnoException("open", "a file", 24);
                }
                reads++;
                wholes += whole ? 1 : 0;
                Usage now = of(source);
                long peak = into.get(Figure.MEMORY_PEAK);
                into.copy(now);
                if (!whole) {
                    into.set(Figure.MEMORY_PEAK, peak);
                }
            }

            @Override
            public void close() {
                open.remove(source);
            }
        };
    }
}
