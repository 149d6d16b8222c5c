package io.shipote.daemon.methods;

import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.FlowCalls.ListFlowsIn;
import io.shipote.card.wire.FlowCalls.ListFlowsOut;
import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowCalls.TapPipelineOut;
import io.shipote.card.wire.FlowStatus;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Countdown;
import io.shipote.core.Workspace;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import io.shipote.pipeline.EdgeFigures;
import io.shipote.pipeline.EdgeNames;
import io.shipote.pipeline.Pipeline;
import io.shipote.pipeline.Tap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The methods on what flows through the edges of live pipelines. */
public final class FlowMethods {
    private final Services services;

    public FlowMethods(Services services) {
        this.services = services;
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("ListFlows", ListFlowsIn.class, this::list);
        table.onUpgrade("TapPipeline", TapPipelineIn.class, this::tap);
    }

    /** One edge of one pipeline. */
    private record Place(Pipeline pipeline, int edge) {
        /** In the order of pipelines and edges. */
        String id() {
            return pipeline.id() + "/" + String.format("%06d", edge);
        }
    }

    private void list(ListFlowsIn in, Exchange exchange) {
        // An unknown name is told before anything is sent.
        pipelines(in);
        if (exchange.wantsMore()) {
            exchange.resumes(Resumption.same(in));
            new Ticker(services.host().loop(), exchange)
                    .begin(done -> look(in, exchange, answer -> {
                        if (ended(in)) {
                            exchange.reply(answer);
                        } else {
                            done.accept(answer);
                        }
                    }));
        } else {
            look(in, exchange, exchange::reply);
        }
    }

    /** Whether it is one pipeline that is looked at, and nothing flows in it any more. */
    private boolean ended(ListFlowsIn in) {
        return in.target().isPresent()
                && pipelines(in).stream().noneMatch(pipeline -> pipeline.state().live());
    }

    private List<Pipeline> pipelines(ListFlowsIn in) {
        if (in.target().isPresent()) {
            return List.of(services.pipelines().get(in.target().get(), in.workspace()));
        }
        Optional<Workspace> workspace = in.workspace().map(services.workspaces()::get);
        return services.pipelines().list(workspace).stream()
                .filter(pipeline -> pipeline.state().live())
                .sorted(Comparator.comparing(Pipeline::id))
                .toList();
    }

    private void look(ListFlowsIn in, Exchange exchange, Consumer<Object> done) {
        String after = in.after().orElse("");
        List<Place> places = new ArrayList<>();
        for (Pipeline pipeline : pipelines(in)) {
            for (int edge = 0; edge < pipeline.spec().edges().size(); edge++) {
                Place place = new Place(pipeline, edge);
                if (place.id().compareTo(after) > 0) {
                    places.add(place);
                }
            }
        }
        Pages.Page<Place> page = Pages.of(places, in.limit(), Place::id);
        Set<Pipeline> wanted = new LinkedHashSet<>();
        page.items().forEach(place -> wanted.add(place.pipeline()));
        Map<Pipeline, List<EdgeFigures>> figures = new HashMap<>();
        Countdown left = new Countdown(
                wanted.size(),
                // The figures come later: the pipeline may be deleted by then.
                () -> exchange.attempt(() -> done.accept(new ListFlowsOut(
                        services.host().loop().wallMillis(),
                        page.items().stream()
                                .map(place -> status(place, figures.get(place.pipeline())))
                                .toList(),
                        page.next()))));
        wanted.forEach(pipeline -> pipeline.edges().figures(seen -> {
            figures.put(pipeline, seen);
            left.one();
        }));
    }

    private static FlowStatus status(Place place, List<EdgeFigures> figures) {
        EdgeStatus edge = edges(place.pipeline()).get(place.edge());
        EdgeFigures seen = figures.get(place.edge());
        return new FlowStatus(
                place.pipeline().id(),
                place.pipeline().label(),
                place.pipeline().workspace().id().text(),
                place.edge(),
                edge.from(),
                edge.fromOutput(),
                edge.to(),
                edge.toInput(),
                edge.path(),
                seen.bytes(),
                seen.bytesPerSecond(),
                seen.backlogBytes(),
                seen.pipeBytes(),
                seen.blockedMs(),
                seen.taps(),
                seen.tapLostBytes(),
                seen.estimated());
    }

    private static List<EdgeStatus> edges(Pipeline pipeline) {
        return pipeline.status(record -> 0L).edges();
    }

    private void tap(TapPipelineIn in, Exchange exchange) {
        Pipeline pipeline = services.pipelines().get(in.target(), in.workspace());
        List<EdgeStatus> edges = edges(pipeline);
        int edge = EdgeNames.find(edges, in.edge());
        long rate = in.rate().orElse(0L);
        if (rate < 0) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "rate is in bytes per second, 0 for no limit, and not " + rate,
                    Map.of("problems", List.of(Map.of("path", "rate", "message", "is negative"))));
        }
        TapStart start = new TapStart();
        Tap.Options options = new Tap.Options(in.replay().orElse(false), rate);
        pipeline.edges()
                .tap(
                        edge,
                        options,
                        start,
                        Answer.of(
                                tap -> {
                                    EdgeStatus named = edges.get(edge);
                                    TapPipelineOut out = new TapPipelineOut(
                                            pipeline.id(), edge, named.from(), named.to(), tap.sampled());
                                    exchange.upgrade(out)
                                            .ifPresentOrElse(
                                                    client -> start.to(new TapStream(tap, client)), tap::close);
                                },
                                exchange::fail));
    }
}
