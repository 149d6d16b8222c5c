package io.shipote.core.linux;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at all processes, shared by the runs that have no group: when many end at once, one walk answers for all that
 * asked before it began. For blocking threads; one thread at a time.
 */
public final class ProcLooks {
    private static final int INIT = 1;
    private static final int KTHREADD = 2;
    /** Who shows no environment for so long has none. */
    private static final Duration MAX_EXEC = Duration.ofMillis(500);

    private final ProcFiles proc;
    private final int self = LibC.getpid();
    private Optional<ProcLook> earlier = Optional.empty();
    private Optional<ProcLook> last = Optional.empty();

    public ProcLooks(ProcFiles proc) {
        this.proc = proc;
    }

    ProcFiles proc() {
        return proc;
    }

    /** A look that begins now. */
    ProcLook now() {
        earlier = last;
        last = Optional.of(look());
        return last.get();
    }

    /** Two looks, one after the other, that both began after this moment of {@link System#nanoTime}. */
    List<ProcLook> twoSince(long asked) {
        if (!after(last, asked)) {
            now();
        }
        if (!after(earlier, asked)) {
            now();
        }
        return List.of(earlier.orElseThrow(), last.orElseThrow());
    }

    private static boolean after(Optional<ProcLook> look, long asked) {
        return look.isPresent() && look.get().begunNanos() - asked >= 0;
    }

    private ProcLook look() {
        ProcLook look = new ProcLook(System.nanoTime(), proc.snapshot(), new HashMap<>(), new HashMap<>());
        for (ProcStat stat : look.all().values()) {
            // The environment of a zombie is gone, and a thread of the kernel has none.
            if (!stat.zombie() && stat.ppid() != KTHREADD && stat.pid() != KTHREADD) {
                add(stat, look);
            }
        }
        return look;
    }

    private void add(ProcStat stat, ProcLook look) {
        int pid = stat.pid();
        boolean before = last.isPresent() && stat.sameAs(last.get().all().get(pid));
        // Who had it, keeps it: what was read of the same process before needs no second look.
        if (before && last.get().runs().containsKey(pid)) {
            look.runs().put(pid, last.get().runs().get(pid));
            return;
        }
        Optional<String> environ = proc.environ(pid);
        environ.flatMap(all -> ProcFiles.variable(all, Containment.RUN_VARIABLE))
                .ifPresent(run -> look.runs().put(pid, run));
        boolean orphan = stat.ppid() == self || stat.ppid() == INIT;
        if (orphan && environ.filter(String::isEmpty).isPresent()) {
            Long since = before ? last.get().unclear().get(pid) : null;
            look.unclear().put(pid, since == null ? look.begunNanos() : since);
        }
    }

    /** The orphans of this look that may yet turn out to belong to somebody: pid to start ticks. */
    static Map<Integer, Long> unclear(ProcLook look) {
        Map<Integer, Long> unclear = new HashMap<>();
        look.unclear().forEach((pid, since) -> {
            if (look.begunNanos() - since < MAX_EXEC.toNanos()) {
                unclear.put(pid, look.all().get(pid).startTicks());
            }
        });
        return unclear;
    }
}
