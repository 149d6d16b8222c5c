package io.shipote.pipeline;

import io.shipote.card.PipelineId;
import io.shipote.core.AdoptionError;
import io.shipote.core.Child;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.Loop;
import io.shipote.core.Run;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path of one start of a pipeline: its pipes, its pumps, and the processes that hold the pipes over a change of the
 * daemon. Confined to the loop thread.
 */
final class Flow {
    private static final Duration HOLD_AGAIN = Duration.ofMillis(200);
    /** One after the other, of one hold, each after twice the time; then it stays without a process. */
    private static final int MAX_FAILURES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    private final Host host;
    private final Loop pumpLoop;
    private final Wiring wiring;
    private final Plumbing plumbing;
    private final Holders holders;
    private final EdgeWatch watch;
    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private final List<LaunchPlan> plans = new ArrayList<>();
    private final Set<String> changing = new HashSet<>();
    private final Set<String> again = new HashSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private Optional<String> failure = Optional.empty();
    private Runnable whenFailed = () -> {};
    private boolean ending;

    private Flow(Host host, Loop pumpLoop, Wiring wiring, Plumbing plumbing, Holders holders) {
        this.host = host;
        this.pumpLoop = pumpLoop;
        this.wiring = wiring;
        this.plumbing = plumbing;
        this.holders = holders;
        this.watch = new EdgeWatch(host.loop(), pumpLoop, wiring, plumbing);
        Hold.of(wiring).forEach(hold -> holds.put(hold.name(), hold));
    }

    /** @throws IOException if there are no pipes left (EMFILE, ENFILE) */
    static Flow open(Host host, Loop pumpLoop, Workspace workspace, PipelineId id, Wiring wiring) throws IOException {
        Holders holders = new Holders(host, workspace, id);
        Plumbing plumbing = Plumbing.open(wiring);
        plumbing.notes().forEach(note -> LOG.warn("pipeline {}: {}", id, note));
        Flow flow = new Flow(host, pumpLoop, wiring, plumbing, holders);
        try {
            for (Hold hold : flow.holds.values()) {
                Map<PipeEnd, Fd> ends = new TreeMap<>();
                hold.ends().forEach(end -> ends.put(end, plumbing.end(end).orElseThrow()));
                flow.plans.add(holders.plan(hold.name(), ends));
            }
        } catch (IOException e) {
            plumbing.close();
            throw e;
        }
        return flow;
    }

    /** The ends for the stages. */
    Plumbing plumbing() {
        return plumbing;
    }

    /** What is to be started before the stages, and with them or not at all. */
    List<LaunchPlan> holderPlans() {
        return plans;
    }

    /** The holders and the stages run; the lists are those of the holders. */
    void launched(List<RunRecord> records, List<Child> children) {
        for (int i = 0; i < records.size(); i++) {
            holders.started(records.get(i), children.get(i));
        }
        plumbing.childEndsClosed();
        try {
            begin();
        } catch (IOException e) {
            // All pipes are closed by now: the stages see the end, or SIGPIPE.
            failure = Optional.of("its pumps could not be started: " + e.getMessage());
            // But for what the holders keep open.
            holders.end(() -> {});
        }
    }

    private void begin() throws IOException {
        holders.onLost(name -> host.loop().schedule(HOLD_AGAIN, () -> holdAgain(name)));
        plumbing.startPumps(pumpLoop);
        for (Conduit conduit : plumbing.conduits()) {
            conduit.pump().onFailure(why -> host.loop().execute(() -> failed(conduit, why)));
            conduit.pump().onDone(() -> host.loop().execute(() -> holdAgain(conduit.hold())));
            // Only an output of a fan-out that has everything: its consumer waits for the end that the holder keeps
            // off.
            conduit.pump().onFewer(() -> host.loop().execute(() -> holdAgain(conduit.hold())));
        }
    }

    private void failed(Conduit conduit, String why) {
        if (failure.isEmpty()) {
            List<String> edges = conduit.edges().stream()
                    .map(edge -> plumbing.status(edge).from() + " to "
                            + plumbing.status(edge).to())
                    .toList();
            failure = Optional.of("the pump of " + String.join(", ", edges) + " failed: " + why);
            whenFailed.run();
        }
    }

    /**
     * Has the callback run when a pump fails, and when a stage that is to be started again has lost its pipes. What was lost
     * before is only told by {@link #failure}: who reads or writes it finds out.
     */
    void onFailure(Runnable told) {
        whenFailed = told;
    }

    /** Why data was lost, if a pump failed. */
    Optional<String> failure() {
        return failure;
    }

    /** Has what is still open of a hold held by a new process, or by none if nothing is. */
    private void holdAgain(String name) {
        if (ending) {
            return;
        }
        if (!changing.add(name)) {
            // What is being copied now may be out of date by then.
            again.add(name);
            return;
        }
        List<PipeEnd> wanted = holds.get(name).ends();
        pumpLoop.execute(() -> {
            try {
                Map<PipeEnd, Fd> copies = plumbing.copies(wanted);
                host.loop().execute(() -> hold(name, copies));
            } catch (IOException e) {
                host.loop().execute(() -> notHeld(name, e));
            }
        });
    }

    private void hold(String name, Map<PipeEnd, Fd> copies) {
        if (ending) {
            copies.values().forEach(Fd::close);
            holders.release(name);
            changed(name);
            return;
        }
        if (copies.isEmpty()) {
            holders.done(name);
            changed(name);
            return;
        }
        try {
            holders.replace(
                    name, copies, failure -> failure.ifPresentOrElse(why -> notHeld(name, why), () -> held(name)));
        } catch (IOException e) {
            copies.values().forEach(Fd::close);
            notHeld(name, e);
        }
    }

    private void held(String name) {
        failures.remove(name);
        changed(name);
    }

    /** It flows on, and an end must not be kept off; only a crash of the daemon would now be one of the pipeline. */
    private void notHeld(String name, Exception why) {
        holders.release(name);
        int failed = failures.merge(name, 1, Integer::sum);
        LOG.warn("pipes ({}) are not held over a crash of the daemon: {}", name, why.getMessage());
        if (failed < MAX_FAILURES) {
            Duration later = HOLD_AGAIN.multipliedBy(1L << failed);
            host.loop().schedule(later, () -> holdAgain(name));
        }
        changed(name);
    }

    private void changed(String name) {
        changing.remove(name);
        if (again.remove(name)) {
            holdAgain(name);
        }
    }

    /** What the edges are to be looked at by. */
    EdgeWatch watch() {
        return watch;
    }

    /** Who waits for the ends of stages that are started again; called back on the loop. */
    interface Reopened {
        /** Copies, to be closed by who gets them. */
        void ready(Map<PipeEnd, Fd> ends);

        /** They are not there any more. */
        void lost(String why);
    }

    /** Gives the ends that stream edges kept for these stages. */
    void reopen(List<Integer> nodes, Reopened then) {
        pumpLoop.execute(() -> {
            List<PipeEnd> wanted = plumbing.stageEnds(nodes);
            try {
                Map<PipeEnd, Fd> copies = plumbing.copies(wanted);
                if (copies.size() < wanted.size()) {
                    copies.values().forEach(Fd::close);
                    host.loop().execute(() -> lost(then));
                } else {
                    host.loop().execute(() -> then.ready(copies));
                }
            } catch (IOException e) {
                host.loop().execute(() -> then.lost(e.getMessage()));
            }
        });
    }

    private void lost(Reopened then) {
        then.lost("they were closed");
        if (failure.isPresent()) {
            whenFailed.run();
        }
    }

    /** A stage has ended and will not be started again: its stream edges get the end, or SIGPIPE. */
    void finished(int node) {
        pumpLoop.execute(() -> plumbing.finished(node));
        holds.values().stream().filter(hold -> touches(hold, node)).forEach(hold -> holdAgain(hold.name()));
    }

    private boolean touches(Hold hold, int node) {
        Wiring.Ends ends = wiring.stages().get(node);
        return hold.ends().stream()
                .anyMatch(end -> (end.write() ? ends.writes() : ends.reads()).containsValue(end.pipe()));
    }

    /** Whether its pumps have been told to end. */
    boolean ending() {
        return ending;
    }

    /** Ends the pumps and the holders; {@code gone} when nothing of them is left. */
    void end(Runnable gone) {
        ending = true;
        plumbing.close();
        holders.end(gone);
    }

    /** The processes that hold pipes. */
    List<Run> holders() {
        return holders.live();
    }

    /**
     * Goes on where an earlier daemon's pumps stopped. What cannot be taken over shows as {@link #failure}.
     *
     * @param found the holders of that daemon
     * @param edgeInUse whether the stages at both ends of an edge run
     */
    static Flow adopt(
            Host host,
            Loop pumpLoop,
            Workspace workspace,
            PipelineId id,
            Wiring wiring,
            HoldersFound found,
            IntPredicate edgeInUse) {
        Holders holders = new Holders(host, workspace, id);
        Map<PipeEnd, Fd> ends = new TreeMap<>();
        List<String> lost = new ArrayList<>();
        found.alive().forEach(one -> holders.started(one.record(), one.child()));
        found.gone().forEach(holders::keep);
        for (Hold hold : Hold.of(wiring)) {
            Optional<RunRecord> record = holders.record(hold.name());
            try {
                if (record.isPresent()) {
                    ends.putAll(HeldEnds.open(record.get(), HeldEnds.own(wiring)));
                } else if (found.lost(hold, wiring.edges(), edgeInUse)) {
                    lost.add("its pipes (" + hold.name()
                            + ") were lost: the process that held them ended with no daemon there");
                }
            } catch (IOException e) {
                if (!HeldEnds.done(record.orElseThrow())) {
                    lost.add(e.getMessage());
                }
                // Nobody moves what is in there: who reads or writes it must see the end of it.
                holders.release(hold.name());
            }
        }
        Flow flow = new Flow(host, pumpLoop, wiring, Plumbing.adopted(wiring, ends), holders);
        try {
            flow.begin();
        } catch (IOException e) {
            AdoptionError.throwIfNoDescriptor(e);
            lost.add(e.getMessage());
            holders.end(() -> {});
        }
        if (!lost.isEmpty()) {
            flow.failure = Optional.of(String.join("; ", lost));
        }
        return flow;
    }
}
