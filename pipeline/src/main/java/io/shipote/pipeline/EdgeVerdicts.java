package io.shipote.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.shipote.card.wire.EdgeVerdict;
import io.shipote.core.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bytes of the edges of a pipeline seem to be, and what they last seemed to be once it does not run any more.
 * Confined to the loop thread.
 */
final class EdgeVerdicts {
    /** The last verdicts of so many edges are kept; those of the others end with the data path. */
    static final int MAX_KEPT = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EdgeVerdicts.class);

    private final Judge judge;
    private final Consumer<ArrayNode> kept;
    private final List<Optional<EdgeVerdict>> last;
    private final List<Runnable> waiting = new ArrayList<>();
    private int judging;

    /**
     * @param edges how many there are
     * @param kept is given what is to be kept each time that changes
     */
    EdgeVerdicts(Judge judge, int edges, Consumer<ArrayNode> kept) {
        this.judge = judge;
        this.kept = kept;
        this.last = new ArrayList<>(Collections.nCopies(edges, Optional.empty()));
    }

    /** One for each edge, in their order; empty for an edge without bytes. BUSY if too much is asked. */
    void look(EdgeAccess edges, boolean waits, Answer<List<Optional<EdgeVerdict>>> answer) {
        if (edges.flowing()) {
            edges.samples(
                    waits,
                    samples -> judge.judge(samples, answer.then(seen -> {
                        keep(seen);
                        answer.ok(seen);
                    })));
        } else if (judging > 0) {
            waiting.add(() -> answer.ok(List.copyOf(last)));
        } else {
            answer.ok(List.copyOf(last));
        }
    }

    /** The data path is about to end: what was kept of the first bytes is looked at for the last time. */
    void ending(EdgeWatch watch) {
        judging++;
        watch.first(samples -> {
            if (samples.stream().allMatch(Optional::isEmpty)) {
                judged();
                return;
            }
            judge.judge(
                    samples,
                    Answer.of(
                            seen -> {
                                keep(seen);
                                judged();
                            },
                            e -> {
                                LOG.warn("what went through the edges is not told: {}", e.getMessage());
                                judged();
                            }));
        });
    }

    private void judged() {
        judging--;
        if (judging == 0) {
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }
    }

    private void keep(List<Optional<EdgeVerdict>> seen) {
        boolean changed = false;
        for (int edge = 0; edge < Math.min(MAX_KEPT, last.size()); edge++) {
            if (seen.get(edge).isPresent() && !seen.get(edge).equals(last.get(edge))) {
                last.set(edge, seen.get(edge));
                changed = true;
            }
        }
        if (changed) {
            kept.accept(VerdictText.encode(last));
        }
    }

    /** What was kept is to be kept once more, in another place. */
    void keepAgain() {
        if (last.stream().anyMatch(Optional::isPresent)) {
            kept.accept(VerdictText.encode(last));
        }
    }

    /** Takes over what an earlier daemon has kept. */
    void recall(ArrayNode text) {
        List<Optional<EdgeVerdict>> before = VerdictText.decode(text);
        for (int edge = 0; edge < Math.min(before.size(), last.size()); edge++) {
            last.set(edge, before.get(edge));
        }
    }
}
