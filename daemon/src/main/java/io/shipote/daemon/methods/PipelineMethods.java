package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Template;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.SavedVersions;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.EdgeLook;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.CheckPipelineIn;
import io.shipote.card.wire.PipelineCalls.CheckPipelineOut;
import io.shipote.card.wire.PipelineCalls.DropSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.DropSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.ListPipelinesIn;
import io.shipote.card.wire.PipelineCalls.ListPipelinesOut;
import io.shipote.card.wire.PipelineCalls.ListSavedPipelinesIn;
import io.shipote.card.wire.PipelineCalls.ListSavedPipelinesOut;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineCalls.RunSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.card.wire.PipelineCalls.SavePipelineOut;
import io.shipote.card.wire.PipelineCalls.ShowPipelineIn;
import io.shipote.card.wire.PipelineCalls.ShowPipelineOut;
import io.shipote.card.wire.PipelineCalls.ShowSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.ShowSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.StopPipelineIn;
import io.shipote.card.wire.PipelineCalls.StopPipelineOut;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.SavedVersion;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.SpecProblem;
import io.shipote.card.wire.StageStarted;
import io.shipote.core.Answer;
import io.shipote.core.Assessments;
import io.shipote.core.EndedBy;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.pipeline.Pipeline;
import io.shipote.pipeline.Pipelines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The methods on pipelines. */
public final class PipelineMethods {
    private static final String WORKSPACE = "workspace";

    private final Services services;
    private final Statuses statuses;
    private final Assessments assessments;

    public PipelineMethods(Services services) {
        this.services = services;
        this.statuses = new Statuses(services.records());
        this.assessments = new Assessments(services.host());
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("RunPipeline", RunPipelineIn.class, this::run);
        table.on("ListPipelines", ListPipelinesIn.class, this::list);
        table.on("ShowPipeline", ShowPipelineIn.class, this::show);
        table.on("StopPipeline", StopPipelineIn.class, this::stop);
        table.on("CheckPipeline", CheckPipelineIn.class, this::check);
        table.on("SavePipeline", SavePipelineIn.class, this::save);
        table.on("ListSavedPipelines", ListSavedPipelinesIn.class, this::saved);
        table.on("ShowSavedPipeline", ShowSavedPipelineIn.class, this::showSaved);
        table.on("DropSavedPipeline", DropSavedPipelineIn.class, this::drop);
        table.on("RunSavedPipeline", RunSavedPipelineIn.class, this::runSaved);
    }

    /** The spec of a call; the workspace that the call names stands in for the spec's own. */
    private PipelineSpec spec(ObjectNode tree, Optional<String> workspace, Problems problems) {
        ObjectNode whole = tree;
        if (workspace.isPresent()) {
            whole = tree.deepCopy();
            whole.put(WORKSPACE, services.workspaces().get(workspace.get()).id().text());
        }
        return PipelineSpec.decode(whole, "", problems);
    }

    private Workspace workspaceOf(PipelineSpec spec) {
        return services.workspaces()
                .byId(spec.workspace())
                .orElseThrow(() -> new ShipoteException(
                        ErrorCode.NOT_FOUND,
                        "no workspace '" + spec.workspace() + "' (name another one with -w)",
                        Map.of("target", spec.workspace().text())));
    }

    private void run(RunPipelineIn in, Exchange exchange) {
        Problems problems = new Problems();
        PipelineSpec spec = spec(in.spec(), in.workspace(), problems);
        problems.throwIfAny("pipeline spec");
        Wish wish = new Wish(
                spec,
                in.tap().orElse(false),
                in.vars().orElse(Map.of()),
                in.strict().orElse(false));
        begin(
                wish,
                exchange,
                (pipeline, applied) -> exchange.reply(
                        new RunPipelineOut(pipeline.id(), pipeline.state().word(), stages(pipeline), applied)));
    }

    private record Wish(PipelineSpec spec, boolean tap, Map<String, String> vars, boolean strict) {}

    private void begin(Wish wish, Exchange exchange, BiConsumer<Pipeline, List<Applied>> ok) {
        PipelineSpec expanded = Template.expand(wish.spec(), wish.vars()).spec();
        Pipelines.require(expanded);
        Workspace workspace = workspaceOf(wish.spec());
        Answer<List<Applied>> assessed = Answer.of(
                applied -> exchange.attempt(() -> start(workspace, wish, applied, exchange, ok)), exchange::fail);
        Runnable assess = () -> exchange.attempt(() -> {
            Workspaces.refuseWhileEnding(workspace);
            assessments.ofStages(workspace, expanded.nodes(), wish.strict(), assessed);
        });
        services.launch(exchange, () -> services.workspaces().prepare(workspace, assess));
    }

    private void start(
            Workspace workspace,
            Wish wish,
            List<Applied> applied,
            Exchange exchange,
            BiConsumer<Pipeline, List<Applied>> ok) {
        services.pipelines()
                .run(
                        workspace,
                        wish.spec(),
                        wish.tap(),
                        wish.vars(),
                        Answer.of(
                                started -> {
                                    List<Applied> all = new ArrayList<>(applied);
                                    all.addAll(started.applied());
                                    ok.accept(started.pipeline(), all);
                                },
                                exchange::fail));
    }

    private List<StageStarted> stages(Pipeline pipeline) {
        return statuses.of(pipeline).stages().stream()
                .map(s -> new StageStarted(s.label(), s.id(), s.pid().orElse(0L)))
                .toList();
    }

    private void list(ListPipelinesIn in, Exchange exchange) {
        boolean all = in.all().orElse(false);
        String after = in.after().orElse("");
        List<Pipeline> found = services.pipelines().list(in.workspace().map(services.workspaces()::get)).stream()
                .filter(p -> all || p.state().live())
                .filter(p -> p.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Pipeline::id))
                .toList();
        Pages.Page<Pipeline> page = Pages.of(found, in.limit(), Pipeline::id);
        exchange.reply(
                new ListPipelinesOut(page.items().stream().map(statuses::of).toList(), page.next()));
    }

    private void show(ShowPipelineIn in, Exchange exchange) {
        Pipeline pipeline = services.pipelines().get(in.target(), in.workspace());
        if (in.discern().isEmpty()) {
            shown(pipeline, statuses.of(pipeline), in, exchange);
            return;
        }
        pipeline.verdicts(
                in.discern().get() == EdgeLook.WAITING,
                Answer.of(
                        seen -> shown(pipeline, statuses.of(pipeline).withVerdicts(seen), in, exchange),
                        exchange::fail));
    }

    private static void shown(Pipeline pipeline, PipelineStatus status, ShowPipelineIn in, Exchange exchange) {
        exchange.reply(
                new ShowPipelineOut(status, Statuses.shown(pipeline.spec().encode(), in.showEnv())));
    }

    private void stop(StopPipelineIn in, Exchange exchange) {
        Pipeline pipeline = services.pipelines().get(in.target(), in.workspace());
        Duration grace = Pages.grace(in.graceMs()).orElseGet(() -> pipeline.stopGrace(Pipelines.GRACE));
        services.gate().change(exchange, () -> services.pipelines()
                .stop(
                        pipeline,
                        EndedBy.USER,
                        grace,
                        Pages.reply(
                                exchange,
                                ended -> new StopPipelineOut(
                                        pipeline.id(), pipeline.state().word(), ended))));
    }

    private void check(CheckPipelineIn in, Exchange exchange) {
        exchange.reply(new CheckPipelineOut(PipelineSpec.problems(in.spec()).list().stream()
                .map(p -> new SpecProblem(p.path(), p.message()))
                .toList()));
    }

    private void save(SavePipelineIn in, Exchange exchange) {
        Problems problems = new Problems();
        PipelineSpec spec = spec(in.spec(), in.workspace(), problems);
        problems.throwIfAny("pipeline spec");
        services.gate().change(exchange, () -> services.pipelines()
                .saved()
                .save(in.name(), spec, in.replace().orElse(false), Pages.reply(exchange, entry -> saved(entry))));
    }

    private static SavePipelineOut saved(SavedPipeline entry) {
        long version = entry.versions().newest().number();
        return new SavePipelineOut(entry.name(), version > 1, Optional.of(version));
    }

    private void saved(ListSavedPipelinesIn in, Exchange exchange) {
        Pages.Page<String> page = Pages.of(services.pipelines().saved().names(in.after()), in.limit(), name -> name);
        exchange.reply(new ListSavedPipelinesOut(page.items(), page.next()));
    }

    private void showSaved(ShowSavedPipelineIn in, Exchange exchange) {
        SavedVersions.Version shown = services.pipelines().saved().version(in.name(), in.version());
        List<SavedVersion> all = services.pipelines().saved().get(in.name()).versions().newestFirst().stream()
                .map(one -> new SavedVersion(
                        one.number(),
                        one.savedMs(),
                        one.spec().nodes().size(),
                        one.spec().edges().size()))
                .toList();
        exchange.reply(new ShowSavedPipelineOut(
                in.name(),
                Statuses.shown(shown.spec().encode(), in.showEnv()),
                Optional.of(shown.number()),
                Optional.of(all)));
    }

    private void drop(DropSavedPipelineIn in, Exchange exchange) {
        services.gate().change(exchange, () -> services.pipelines()
                .saved()
                .drop(in.name(), Pages.reply(exchange, v -> new DropSavedPipelineOut(in.name()))));
    }

    private void runSaved(RunSavedPipelineIn in, Exchange exchange) {
        ObjectNode tree = services.pipelines()
                .saved()
                .version(in.name(), in.version())
                .spec()
                .encode();
        Problems problems = new Problems();
        PipelineSpec spec = spec(tree, in.workspace(), problems);
        problems.throwIfAny("pipeline spec");
        Wish wish = new Wish(
                spec,
                in.tap().orElse(false),
                in.vars().orElse(Map.of()),
                in.strict().orElse(false));
        begin(
                wish,
                exchange,
                (pipeline, applied) -> exchange.reply(
                        new RunSavedPipelineOut(pipeline.id(), pipeline.state().word(), stages(pipeline), applied)));
    }
}
