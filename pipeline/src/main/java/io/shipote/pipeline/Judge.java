package io.shipote.pipeline;

import io.shipote.card.wire.EdgeVerdict;
import io.shipote.core.Answer;
import java.util.List;
import java.util.Optional;

/** Tells what samples of edges are. */
public interface Judge {
    /**
     * One verdict for each sample, in their order; empty where there is none. Asked and answered on the loop, the looking is
     * done elsewhere; BUSY if too much is asked.
     */
    void judge(List<Optional<EdgeSample>> samples, Answer<List<Optional<EdgeVerdict>>> answer);
}
