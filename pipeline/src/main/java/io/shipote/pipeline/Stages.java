package io.shipote.pipeline;

import io.shipote.card.Edge;
import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;
import io.shipote.card.StopSpec;
import io.shipote.core.Countdown;
import io.shipote.core.EndedBy;
import io.shipote.core.Run;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The stages of a live pipeline in the order of its nodes, and what is done to several at once. Confined to the loop thread. */
final class Stages implements Iterable<Stage> {
    /** For what is ended because of another one. */
    static final Duration FEEDER_GRACE = Duration.ofSeconds(1);

    private final Graph graph;
    private final List<Edge> edges;
    private final List<Stage> all;

    Stages(PipelineCard card) {
        PipelineSpec spec = card.spec();
        this.graph = Graph.of(spec);
        this.edges = spec.edges();
        List<Stage> made = new ArrayList<>();
        for (int i = 0; i < spec.nodes().size(); i++) {
            made.add(new Stage(i, card.stages().get(i), spec.nodes().get(i)));
        }
        this.all = List.copyOf(made);
    }

    @Override
    public Iterator<Stage> iterator() {
        return all.iterator();
    }

    Stage get(int index) {
        return all.get(index);
    }

    List<Stage> list() {
        return all;
    }

    List<Stage> live() {
        return all.stream().filter(stage -> stage.live().isPresent()).toList();
    }

    /** The processes at the two ends of an edge that run now, and the descriptors that they have there. */
    EdgeWatch.Ends ends(int edge) {
        Edge spec = edges.get(edge);
        return new EdgeWatch.Ends(
                all.get((int) spec.from()).live().map(Stages::identity),
                spec.outputFd().orElseThrow(),
                all.get((int) spec.to()).live().map(Stages::identity),
                spec.inputFd().orElseThrow());
    }

    private static ProcessIdentity identity(Run run) {
        RunRecord record = run.record();
        return new ProcessIdentity(record.bootId(), record.pid(), record.startTicks());
    }

    List<Run> liveRuns() {
        return all.stream().flatMap(stage -> stage.live().stream()).toList();
    }

    /** How long all that is alive has been so. */
    Duration upFor(long nowMs) {
        long started = liveRuns().stream()
                .mapToLong(run -> run.record().startedMs())
                .max()
                .orElse(nowMs);
        return Duration.ofMillis(Math.max(0, nowMs - started));
    }

    /** Ends what is alive; {@code gone} when nothing of it is left. */
    void end(EndedBy by, Duration grace, Runnable gone) {
        List<Run> live = liveRuns();
        Countdown left = new Countdown(live.size(), gone);
        live.forEach(run -> run.end(by, grace, left::one));
    }

    /** Ends the stages that feed this one: nobody is left to read what they write. */
    void endFeeders(Stage stage) {
        for (int feeder : graph.ancestors(stage.index())) {
            all.get(feeder).live().ifPresent(run -> run.end(EndedBy.DEPENDENCY, FEEDER_GRACE, () -> {}));
        }
    }

    /** How one of them was found frozen: a daemon that died while it paused them had come to some only. */
    Optional<Freezing> frozen() {
        return liveRuns().stream().flatMap(run -> run.frozen().stream()).findFirst();
    }

    /** What of them could not be killed, in words. */
    List<String> remains() {
        return all.stream()
                .flatMap(stage -> stage.run().stream())
                .flatMap(run -> run.remains().stream())
                .toList();
    }

    /** The longest that one of them asks for, else this. */
    Duration stopGrace(Duration otherwise) {
        return all.stream()
                .flatMap(stage -> StopSpec.of(stage.spec().shape().shipote()).graceMs().stream())
                .max(Long::compare)
                .map(Duration::ofMillis)
                .orElse(otherwise);
    }

    void signal(int signal, Consumer<Integer> done) {
        List<Run> live = liveRuns();
        int[] signalled = new int[1];
        Countdown left = new Countdown(live.size(), () -> done.accept(signalled[0]));
        live.forEach(run -> run.signal(signal, count -> {
            signalled[0] += count;
            left.one();
        }));
    }

    /** The newest record of each stage, by the stage's label. */
    Map<String, RunRecord> records() {
        Map<String, RunRecord> records = new LinkedHashMap<>();
        all.forEach(stage -> stage.record().ifPresent(record -> records.put(stage.label(), record)));
        return records;
    }

    /** How the pipeline has ended, now that all of them have. */
    Outcome outcome() {
        return Outcome.of(
                graph,
                all.stream().map(Stage::label).toList(),
                all.stream()
                        .map(stage -> stage.exit().orElse(new ExitStatus.Unknown()))
                        .toList());
    }
}
