package io.shipote.core.garbage;

import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides who is dead. Ours are dead when no process has their boot, pid and start together, at once and without
 * tolerance; and never while somebody holds their lock. What other programs have left names a pid and about when it
 * began: it is dead when no such process is there, and collected when it was last seen long enough ago. What cannot be
 * told is kept and said, and so is what cannot be removed.
 */
public final class Garbage {
    /** How far the start of a process may be from what a foreign sidecar says. */
    public static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** How long a foreign daemon must not have been seen. */
    public static final Duration STALE = Duration.ofHours(6);

    private final Life life;
    private final Duration stale;

    /** @param stale how long what is not ours stays after it was last seen */
    public Garbage(Life life, Duration stale) {
        this.life = life;
        this.stale = stale;
    }

    /** What one den was found to be. */
    public enum Verdict {
        /** Its daemon lives. */
        ALIVE,
        /** Its daemon is gone, but not for long. */
        RECENT,
        /** Its daemon is gone. */
        DEAD,
        /** Nobody can tell, so it stays. */
        UNCLEAR
    }

    /**
     * A den with what became of it.
     *
     * @param gone whether it has been removed
     */
    public record Judged(Den den, Verdict verdict, String why, boolean gone) {}

    /**
     * All dens of one look.
     *
     * @param refreshed foreign ones that have been noted as alive
     */
    public record Found(List<Judged> all, int refreshed) {
        public int scanned() {
            return all.size();
        }

        public int removed() {
            return (int) all.stream().filter(Judged::gone).count();
        }

        /** The dens of one kind of verdict that are still there. */
        public List<Judged> left(Verdict verdict) {
            return all.stream()
                    .filter(one -> one.verdict() == verdict && !one.gone())
                    .toList();
        }
    }

    /** Looks, and changes nothing. */
    public Found look(Dens dens, long nowMs) throws IOException {
        List<Judged> all = new ArrayList<>();
        for (Den den : dens.all()) {
            all.add(judge(den, nowMs));
        }
        return new Found(all, 0);
    }

    /** Looks, removes the dead and notes the living among the foreign. */
    public Found collect(Dens dens, long nowMs) throws IOException {
        List<Judged> all = new ArrayList<>();
        int refreshed = 0;
        for (Den den : dens.all()) {
            Judged judged = judge(den, nowMs);
            try {
                if (judged.verdict() == Verdict.DEAD && dens.remove(den)) {
                    judged = new Judged(den, Verdict.DEAD, judged.why(), true);
                } else if (judged.verdict() == Verdict.ALIVE && den.kind() == Den.Kind.FOREIGN) {
                    dens.seen(den, nowMs);
                    refreshed++;
                }
            } catch (IOException e) {
                // It must not keep the others from being looked after.
                judged = refused(judged, e);
            }
            all.add(judged);
        }
        return new Found(all, refreshed);
    }

    private static Judged refused(Judged judged, IOException e) {
        return judged.verdict() == Verdict.DEAD
                ? judged(judged.den(), Verdict.UNCLEAR, judged.why() + "; it cannot be removed: " + e)
                : judged(judged.den(), judged.verdict(), judged.why() + "; that cannot be noted: " + e);
    }

    private Judged judge(Den den, long nowMs) {
        return switch (den.kind()) {
            case OURS -> ours(den);
            case FOREIGN -> foreign(den, nowMs);
            case OTHER -> judged(den, Verdict.UNCLEAR, "it is no socket");
        };
    }

    private Judged ours(Den den) {
        if (den.locked().orElse(false)) {
            return judged(den, Verdict.ALIVE, "a daemon holds its lock");
        }
        Optional<ProcessIdentity> identity = den.sidecar().flatMap(Sidecar::identity);
        if (identity.isPresent()) {
            return alive(identity.get())
                    ? judged(
                            den,
                            Verdict.ALIVE,
                            "its daemon runs, pid " + identity.get().pid())
                    : judged(
                            den,
                            Verdict.DEAD,
                            "its daemon, pid " + identity.get().pid() + ", has ended");
        }
        // Every daemon of ours holds the lock as long as it lives, whoever says what about it.
        return den.locked().isPresent()
                ? judged(den, Verdict.DEAD, "nobody holds its lock")
                : judged(den, Verdict.UNCLEAR, "it has no lock and does not say whose it is");
    }

    private boolean alive(ProcessIdentity identity) {
        return identity.bootId().equals(life.bootId())
                && life.startTicks(identity.pid())
                        .filter(ticks -> ticks == identity.startTicks())
                        .isPresent();
    }

    private Judged foreign(Den den, long nowMs) {
        if (den.sidecar().isEmpty()) {
            return judged(den, Verdict.UNCLEAR, "it does not say whose it is");
        }
        Sidecar sidecar = den.sidecar().get();
        Optional<Long> started = den.pid().flatMap(life::startedMs);
        if (started.isPresent() && sidecar.spawnedMs().isEmpty()) {
            return judged(den, Verdict.UNCLEAR, "pid " + den.pid().get() + " runs, and may or may not be its daemon");
        }
        if (started.isPresent() && Math.abs(started.get() - sidecar.spawnedMs().get()) <= TOLERANCE.toMillis()) {
            return judged(
                    den, Verdict.ALIVE, "its process runs, pid " + den.pid().get());
        }
        Optional<Long> last = sidecar.seenMs().or(sidecar::spawnedMs);
        if (last.isEmpty()) {
            return judged(den, Verdict.UNCLEAR, "it does not say when its process was last seen");
        }
        // A clock that was set back makes it young, never old.
        long age = Math.max(0, nowMs - last.get());
        return age >= stale.toMillis()
                ? judged(den, Verdict.DEAD, "its process is gone, last seen " + age / 1_000 + " s ago")
                : judged(den, Verdict.RECENT, "its process is gone, but was seen " + age / 1_000 + " s ago");
    }

    private static Judged judged(Den den, Verdict verdict, String why) {
        return new Judged(den, verdict, why, false);
    }
}
