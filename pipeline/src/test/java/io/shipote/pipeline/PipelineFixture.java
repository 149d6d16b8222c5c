package io.shipote.pipeline;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.EdgeVerdict;
import io.shipote.core.Answer;
import io.shipote.core.CoreFixture;
import io.shipote.core.FakeChild;
import io.shipote.core.RestoreWorkspaces;
import io.shipote.core.RunsFound;
import io.shipote.core.Workspace;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pipelines over the domain of {@link CoreFixture}; the pumps, if there are any, are on the same loop. */
final class PipelineFixture {
    static final Duration GRACE = Pipelines.GRACE;

    final CoreFixture core;
    final Pipelines pipelines;

    /** Nobody looks at bytes here. */
    private static final Judge BLIND = (samples, answer) ->
            answer.ok(samples.stream().map(one -> Optional.<EdgeVerdict>empty()).toList());

    PipelineFixture(CoreFixture core) {
        this.core = core;
        this.pipelines = new Pipelines(core.host, core.loop, BLIND, core.intents, core.workspaces);
    }

    static PipelineFixture fresh() {
        return new PipelineFixture(CoreFixture.fresh());
    }

    /** The next daemon after a crash of this one, restored. */
    PipelineFixture crashed() {
        PipelineFixture next = new PipelineFixture(core.crashed());
        next.restore();
        return next;
    }

    /** From another snapshot than the last. */
    PipelineFixture restoreOlder() {
        restore(true);
        return this;
    }

    void restore() {
        restore(false);
    }

    private void restore(boolean older) {
        RestoreWorkspaces workspaces = new RestoreWorkspaces(core.host, core.intents, core.workspaces, core.quarantine);
        RestorePipelines restore = new RestorePipelines(core.host, pipelines, core.workspaces, core.quarantine);
        workspaces.read(core.store.entries(Section.WORKSPACES));
        restore.read(core.store.entries(Section.SAVED_PIPELINES), core.store.entries(Section.LIVE_PIPELINES));
        RunsFound runs = new RunsFound(core.launcher.records());
        boolean[] done = new boolean[1];
        workspaces.revive(runs, () -> restore.revive(runs, older, () -> done[0] = true));
        core.until(() -> done[0]);
        workspaces.finish();
    }

    /** Stages of these labels, each the feeder of the next. */
    static PipelineSpec chain(WorkspaceId workspace, String label, String... stages) {
        List<CommandRef> nodes = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (String stage : stages) {
            if (!nodes.isEmpty()) {
                edges.add(Edge.of(nodes.size() - 1, nodes.size()));
            }
            nodes.add(CoreFixture.sleep(stage));
        }
        return PipelineSpec.of(label, workspace, nodes, edges);
    }

    /** The same, with a stream on every edge. */
    static PipelineSpec streams(PipelineSpec spec) {
        EdgeOptions stream = EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM);
        List<Edge> edges =
                spec.edges().stream().map(edge -> edge.withOptions(stream)).toList();
        return PipelineSpec.of(spec.label(), spec.workspace(), spec.nodes(), edges);
    }

    /** The same, restarted after 100 ms and then twice as much each time; at most so often, 0 without limit. */
    static PipelineSpec supervised(PipelineSpec spec, long max) {
        return spec.withRestart(true, U64.of(100), U64.of(30_000), max);
    }

    Pipeline run(Workspace workspace, PipelineSpec spec) {
        return core.ok((Answer<Pipelines.Started> answer) -> pipelines.run(workspace, spec, false, Map.of(), answer))
                .pipeline();
    }

    long stop(Pipeline pipeline) {
        return core.ok((Answer<Long> answer) -> pipelines.stop(pipeline, io.shipote.core.EndedBy.USER, GRACE, answer));
    }

    FakeChild child(String label) {
        return core.launcher.child(label);
    }

    /** How many pipelines would be brought back. */
    int live() {
        return core.store.entries(Section.LIVE_PIPELINES).size();
    }
}
