package io.shipote.core.linux;

import java.nio.charset.StandardCharsets;

/** One run without a group, as a {@link ProcScan} sees it. Confined to the sampler's thread. */
final class ScanMeter implements Meter {
    private static final long USEC_PER_TICK = 1_000_000 / ProcStat.TICKS_PER_SECOND;

    private final ProcScan scan;
    /** The run's id and a zero byte, as it stands in the environment behind the variable's name. */
    final byte[] mark;

    final int leaderPid;
    final long leaderTicks;

    int processes;
    long cpuTicks;
    long bytes;

    ScanMeter(ProcScan scan, UsageSource.Tree tree) {
        this.scan = scan;
        this.mark = (tree.runId() + "\0").getBytes(StandardCharsets.UTF_8);
        this.leaderPid = tree.leader().map(ProcessIdentity::pid).orElse(0);
        this.leaderTicks = tree.leader().map(ProcessIdentity::startTicks).orElse(0L);
    }

    /** Before the processes are counted anew. */
    void reset() {
        processes = 0;
        cpuTicks = 0;
        bytes = 0;
    }

    @Override
    public void read(Usage into, boolean whole) throws ErrnoException {
        scan.look();
        into.set(Figure.PIDS, processes);
        into.set(Figure.MEMORY, processes == 0 ? Usage.UNKNOWN : bytes);
        into.raise(Figure.MEMORY_PEAK, into.get(Figure.MEMORY));
        // What a process used goes with it unless its parent waited for it; what was counted once is not taken back.
        into.raise(Figure.CPU_USEC, cpuTicks * USEC_PER_TICK);
        into.source(Usage.Source.PROC);
        if (whole) {
            scan.addIo(this, into);
        }
    }

    @Override
    public void close() {
        scan.forget(this);
    }
}
