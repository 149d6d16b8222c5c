package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.core.Supervisor.Ending;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutcomeTest {
    private static final WorkspaceId WORKSPACE = WorkspaceId.parse("01KRZP8MVFKY77TV2V98WJG5R6");
    private static final ExitStatus GOOD = new ExitStatus.Exited(0);
    private static final ExitStatus PIPED = new ExitStatus.Signalled(13, false);
    private static final ExitStatus SHELL_PIPED = new ExitStatus.Exited(141);
    private static final ExitStatus UNKNOWN = new ExitStatus.Unknown();

    private static ExitStatus bad(int code) {
        return new ExitStatus.Exited(code);
    }

    private static Outcome chain(ExitStatus... exits) {
        PipelineSpec spec = PipelineFixture.chain(WORKSPACE, "p", labels(exits.length));
        return Outcome.of(Graph.of(spec), List.of(labels(exits.length)), List.of(exits));
    }

    private static String[] labels(int count) {
        String[] all = {"a", "b", "c", "d"};
        return List.of(all).subList(0, count).toArray(new String[0]);
    }

    private static void expect(Ending ending, int status, Outcome seen) {
        assertEquals(ending, seen.ending(), seen.why());
        assertEquals(status, seen.status(), seen.why());
    }

    @Test
    void isGoodIfEveryStageIs() {
        expect(Ending.WELL, 0, chain(GOOD));
        expect(Ending.WELL, 0, chain(GOOD, GOOD, GOOD));
    }

    @Test
    void hasTheStatusOfTheLastStageThatFailed() {
        expect(Ending.BADLY, 3, chain(bad(3), GOOD, GOOD));
        expect(Ending.BADLY, 5, chain(bad(3), bad(5), GOOD));
        Outcome last = chain(bad(3), GOOD, new ExitStatus.Signalled(9, false));
        expect(Ending.BADLY, 137, last);
        assertEquals("stage 'c': killed by SIGKILL (9)", last.why());
    }

    @Test
    void forgivesABrokenPipeWhenTheConsumerEndedWell() {
        expect(Ending.WELL, 0, chain(PIPED, GOOD));
        expect(Ending.WELL, 0, chain(SHELL_PIPED, GOOD));
        expect(Ending.WELL, 0, chain(PIPED, SHELL_PIPED, GOOD));
    }

    @Test
    void doesNotForgiveItWhenTheConsumerFailedOrThereIsNone() {
        expect(Ending.BADLY, 1, chain(PIPED, bad(1)));
        expect(Ending.BADLY, 141, chain(GOOD, PIPED));
        expect(Ending.BADLY, 141, chain(SHELL_PIPED));
        expect(Ending.BADLY, 141, chain(PIPED, PIPED));
    }

    @Test
    void forgivesIfOneOfSeveralConsumersEndedWell() {
        PipelineSpec fan = PipelineSpec.of(
                "fan",
                WORKSPACE,
                PipelineFixture.chain(WORKSPACE, "p", "a", "b", "c").nodes(),
                List.of(Edge.of(0, 1), Edge.of(0, 2)));
        Graph graph = Graph.of(fan);
        expect(Ending.BADLY, 1, Outcome.of(graph, List.of("a", "b", "c"), List.of(PIPED, bad(1), GOOD)));
        expect(Ending.WELL, 0, Outcome.of(graph, List.of("a", "b", "c"), List.of(PIPED, GOOD, GOOD)));
        Outcome none = Outcome.of(graph, List.of("a", "b", "c"), List.of(PIPED, bad(1), bad(2)));
        expect(Ending.BADLY, 2, none);
    }

    @Test
    void isUnknownOnlyIfNothingIsKnownToHaveFailed() {
        expect(Ending.UNKNOWN, 125, chain(GOOD, UNKNOWN));
        expect(Ending.BADLY, 3, chain(UNKNOWN, bad(3)));
        expect(Ending.BADLY, 3, chain(bad(3), UNKNOWN));
        expect(Ending.BADLY, 141, chain(PIPED, UNKNOWN));
    }

    @Test
    void ofAStageAloneABrokenPipeIsNoFailureYet() {
        assertFalse(Outcome.failed(GOOD));
        assertFalse(Outcome.failed(PIPED));
        assertFalse(Outcome.failed(SHELL_PIPED));
        assertTrue(Outcome.failed(bad(1)));
        assertTrue(Outcome.failed(UNKNOWN));
        assertTrue(Outcome.failed(new ExitStatus.OomKilled()));
    }
}
