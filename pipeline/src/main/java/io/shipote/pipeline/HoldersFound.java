package io.shipote.pipeline;

import io.shipote.core.Host;
import io.shipote.core.Launcher;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What has become of the processes that an earlier daemon had hold the pipes of one pipeline. Confined to the loop thread. */
final class HoldersFound {
    private static final Comparator<RunRecord> BY_RUN = Comparator.comparing(RunRecord::run);

    private final List<Launcher.Adopted> alive = new ArrayList<>();
    private final List<RunRecord> gone = new ArrayList<>();

    void alive(Launcher.Adopted holder) {
        alive.add(holder);
    }

    void gone(RunRecord holder) {
        gone.add(holder);
    }

    /** Those that run; the newest of a hold last: it takes the place of one that was about to be ended. */
    List<Launcher.Adopted> alive() {
        return alive.stream()
                .sorted(Comparator.comparing(Launcher.Adopted::record, BY_RUN))
                .toList();
    }

    /** The records of those that do not run any more. */
    List<RunRecord> gone() {
        return List.copyOf(gone);
    }

    /**
     * Whether a hold without a process has lost its pipes. By its record it has, unless that says that it was done. Without
     * one, as older daemons leave none of a hold that is done, only what certainly was still needed is lost.
     *
     * @param edgeInUse whether the stages at both ends of an edge run
     */
    boolean lost(Hold hold, int edges, IntPredicate edgeInUse) {
        Optional<RunRecord> newest = gone.stream()
                .filter(record -> HeldEnds.name(record).equals(hold.name()))
                .max(BY_RUN);
        return newest.map(record -> !HeldEnds.done(record)).orElseGet(() -> hold.ends().stream()
                .mapToInt(PipeEnd::pipe)
                .filter(pipe -> pipe < edges)
                .anyMatch(edgeInUse));
    }

    /** Nobody uses the pipes any more: nothing of this is left. */
    void end(Host host) {
        alive.forEach(
                one -> one.child().end(Duration.ZERO, () -> host.launcher().forget(one.record())));
        forgetGone(host);
    }

    void forgetGone(Host host) {
        gone.forEach(host.launcher()::forget);
    }
}
