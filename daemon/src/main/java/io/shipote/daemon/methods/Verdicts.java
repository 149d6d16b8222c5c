package io.shipote.daemon.methods;

import io.shipote.card.wire.EdgeVerdict;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.pipeline.EdgeSample;
import io.shipote.pipeline.Pipeline;
import io.shipote.pipeline.discern.Discern;
import java.util.List;
import java.util.Optional;

/** What the bytes of a pipeline's edges seem to be. The pump loop samples them, the files thread looks at the samples. */
final class Verdicts {
    private final Services services;
    private final Discern discern = new Discern();

    Verdicts(Services services) {
        this.services = services;
    }

    /** One for each edge, in their order; empty for an edge without bytes. Answered on the loop; BUSY if too much is asked. */
    void of(Pipeline pipeline, boolean waiting, Answer<List<Optional<EdgeVerdict>>> answer) {
        pipeline.edges().samples(waiting, samples -> {
            try {
                services.files().execute(() -> {
                    List<Optional<EdgeVerdict>> seen =
                            samples.stream().map(one -> one.map(this::verdict)).toList();
                    services.host().loop().execute(() -> answer.ok(seen));
                });
            } catch (ShipoteException e) {
                answer.fail(e);
            }
        });
    }

    private EdgeVerdict verdict(EdgeSample one) {
        return new EdgeVerdict(
                discern.look(one.sample(), Optional.empty()), one.sample().bytes().length, one.peeked());
    }
}
