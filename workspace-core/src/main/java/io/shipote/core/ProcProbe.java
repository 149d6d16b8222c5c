package io.shipote.core;

import io.shipote.core.linux.Containment;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcStat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Sums over the processes of a tree what /proc tells of each: for hosts without usable groups. */
final class ProcProbe implements Probe {
    private static final long USEC_PER_TICK = 1_000_000 / ProcStat.TICKS_PER_SECOND;

    private final ProcFiles proc;
    private final Containment containment;

    ProcProbe(ProcFiles proc, Containment containment) {
        this.proc = proc;
        this.containment = containment;
    }

    @Override
    public Usage read() {
        List<Integer> pids;
        try {
            pids = containment.pids();
        } catch (IOException e) {
            return Usage.NONE;
        }
        long memory = 0;
        long peak = 0;
        long ticks = 0;
        int seen = 0;
        for (int pid : pids) {
            Optional<ProcStat> stat = proc.stat(pid);
            Optional<Long> rss = proc.rssBytes(pid);
            if (stat.isPresent() && rss.isPresent()) {
                seen++;
                memory += rss.get();
                peak += proc.peakRssBytes(pid).orElse(0L);
                ticks += stat.get().utime() + stat.get().stime();
            }
        }
        if (seen == 0) {
            return Usage.NONE;
        }
        return new Usage(
                OptionalLong.of(memory),
                OptionalLong.of(peak),
                OptionalLong.of(ticks * USEC_PER_TICK),
                OptionalLong.of(seen),
                0,
                "proc");
    }
}
