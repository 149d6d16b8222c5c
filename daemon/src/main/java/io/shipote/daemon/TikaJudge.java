package io.shipote.daemon;

import io.shipote.card.wire.EdgeVerdict;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Loop;
import io.shipote.core.Worker;
import io.shipote.pipeline.EdgeSample;
import io.shipote.pipeline.Judge;
import io.shipote.pipeline.discern.Discern;
import java.util.List;
import java.util.Optional;

/** Looks at samples on the files thread, as the first look loads a table of types. */
final class TikaJudge implements Judge {
    private final Loop loop;
    private final Worker files;
    private final Discern discern = new Discern();

    TikaJudge(Loop loop, Worker files) {
        this.loop = loop;
        this.files = files;
    }

    @Override
    public void judge(List<Optional<EdgeSample>> samples, Answer<List<Optional<EdgeVerdict>>> answer) {
        try {
            files.execute(() -> {
                Runnable told = look(samples, answer);
                loop.execute(told);
            });
        } catch (ShipoteException e) {
            answer.fail(e);
        }
    }

    /** Whoever waits for an answer gets one. */
    private Runnable look(List<Optional<EdgeSample>> samples, Answer<List<Optional<EdgeVerdict>>> answer) {
        try {
            List<Optional<EdgeVerdict>> seen =
                    samples.stream().map(one -> one.map(this::verdict)).toList();
            return () -> answer.ok(seen);
        } catch (RuntimeException e) {
            ShipoteException failed = new ShipoteException(ErrorCode.INTERNAL, "the bytes cannot be looked at: " + e);
            return () -> answer.fail(failed);
        }
    }

    private EdgeVerdict verdict(EdgeSample one) {
        return new EdgeVerdict(
                discern.look(one.sample(), Optional.empty()), one.sample().bytes().length, one.peeked());
    }
}
