package io.shipote.core.garbage;

import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcStat;
import java.util.Optional;

/** The processes of this host. */
public final class LinuxLife implements Life {
    private static final long MS_PER_TICK = 1_000 / ProcStat.TICKS_PER_SECOND;

    private final ProcFiles proc;

    public LinuxLife(ProcFiles proc) {
        this.proc = proc;
    }

    @Override
    public String bootId() {
        return proc.bootId();
    }

    @Override
    public Optional<Long> startTicks(int pid) {
        return proc.stat(pid).filter(stat -> !stat.zombie()).map(ProcStat::startTicks);
    }

    @Override
    public Optional<Long> startedMs(int pid) {
        return startTicks(pid).map(ticks -> System.currentTimeMillis() - proc.uptimeMillis() + ticks * MS_PER_TICK);
    }
}
