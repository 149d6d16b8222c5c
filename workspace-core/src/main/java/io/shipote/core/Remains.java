package io.shipote.core;

import io.shipote.core.linux.Containment;
import io.shipote.core.linux.ProcFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Which processes are left of a run, in words: number and state, as proc(5) has them. For a blocking thread. */
final class Remains implements ProcessTree.Remaining {
    /** How many are named. */
    private static final int MAX_NAMED = 8;

    private final Containment containment;
    private final ProcFiles proc;

    Remains(Containment containment, ProcFiles proc) {
        this.containment = containment;
        this.proc = proc;
    }

    @Override
    public String describe() throws IOException {
        List<Integer> pids = containment.pids();
        List<String> named = new ArrayList<>();
        for (int pid : pids.subList(0, Math.min(MAX_NAMED, pids.size()))) {
            named.add("pid " + pid
                    + proc.stat(pid)
                            .map(stat -> " " + stat.comm() + " in state " + stat.state())
                            .orElse(""));
        }
        String more = pids.size() > MAX_NAMED ? " and " + (pids.size() - MAX_NAMED) + " more" : "";
        return String.join(", ", named) + more;
    }
}
