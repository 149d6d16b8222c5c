package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.DiscernPolicy;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WiringTest {
    private static final EdgeOptions TAPPED =
            new EdgeOptions(EdgeOptions.Mode.BATCH, EdgeOptions.Merge.LINES, Optional.empty(), true);
    private static final EdgeOptions BYTES = EdgeOptions.DEFAULT.withMerge(EdgeOptions.Merge.BYTES);
    private static final EdgeOptions STREAM = EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM);

    static List<EdgeOptions> options(int edges) {
        return Collections.nCopies(edges, EdgeOptions.DEFAULT);
    }

    static List<EdgeOptions> tapped(int edges) {
        return Collections.nCopies(edges, TAPPED);
    }

    @Test
    void aChainIsDirect() {
        Wiring wiring = wiring(3, Edge.of(0, 1), Edge.of(1, 2));
        assertEquals(2, wiring.pipes());
        assertEquals(List.of(ends(-1, 0, -1), ends(0, 1, -1), ends(1, -1, -1)), wiring.stages());
        assertEquals(List.of("direct", "direct"), paths(wiring, 2));
        assertTrue(wiring.splits().isEmpty());
        assertTrue(wiring.merges().isEmpty());
    }

    @Test
    void anOutputWithSeveralEdgesGetsAFanOut() {
        Wiring wiring = wiring(3, Edge.of(0, 1), Edge.of(0, 2));
        assertEquals(6, wiring.pipes());
        assertEquals(List.of(ends(-1, 2, -1), ends(0, -1, -1), ends(1, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Split(2, List.of(0, 1), 3, List.of(4, 5))), wiring.splits());
        assertEquals(List.of("pumped", "pumped"), paths(wiring, 2));
    }

    @Test
    void anInputWithSeveralEdgesGetsAFanIn() {
        Wiring wiring = wiring(3, Edge.of(0, 2), Edge.of(1, 2));
        assertEquals(List.of(ends(-1, 0, -1), ends(-1, 1, -1), ends(2, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Merge(List.of(0, 1), 2, OptionalInt.of(3))), wiring.merges());
        assertEquals(List.of("pumped", "pumped"), paths(wiring, 2));
    }

    @Test
    void aDiamondHasBoth() {
        Wiring wiring = wiring(4, Edge.of(0, 1), Edge.of(0, 2), Edge.of(1, 3), Edge.of(2, 3));
        assertEquals(10, wiring.pipes());
        assertEquals(List.of(new Wiring.Split(4, List.of(0, 1), 5, List.of(6, 7))), wiring.splits());
        assertEquals(List.of(new Wiring.Merge(List.of(2, 3), 8, OptionalInt.of(9))), wiring.merges());
        assertEquals(List.of(ends(-1, 4, -1), ends(0, 2, -1), ends(1, 3, -1), ends(8, -1, -1)), wiring.stages());
    }

    @Test
    void fromFanOutToFanInThereIsOnePipe() {
        Wiring wiring = wiring(4, Edge.of(0, 1), Edge.of(0, 2), Edge.of(3, 2));
        assertEquals(List.of(new Wiring.Split(3, List.of(0, 1), 4, List.of(5, 6))), wiring.splits());
        assertEquals(List.of(new Wiring.Merge(List.of(1, 2), 7, OptionalInt.of(8))), wiring.merges());
        assertEquals(9, wiring.pipes());
    }

    @Test
    void aTappedEdgeIsPumpedAlone() {
        List<Edge> edges = List.of(Edge.of(0, 1), Edge.of(1, 2));
        Wiring wiring = Wiring.of(labels(3), edges, List.of(EdgeOptions.DEFAULT, TAPPED));
        assertEquals(List.of(new Wiring.Merge(List.of(1), 2, OptionalInt.empty())), wiring.merges());
        assertEquals(List.of("direct", "pumped"), paths(wiring, 2));
        assertEquals(ends(2, -1, -1), wiring.stages().get(2));
    }

    @Test
    void aStreamMakesStreamsOfWhatSharesItsPorts() {
        List<Edge> edges = List.of(Edge.of(0, 1), Edge.of(0, 2), Edge.of(3, 2), Edge.of(3, 4));
        Wiring wiring = Wiring.of(labels(5), edges, List.of(STREAM, BYTES, BYTES, BYTES));
        assertTrue(IntStream.range(0, 4).allMatch(wiring::stream));
        Wiring half = Wiring.of(labels(5), List.of(Edge.of(0, 1), Edge.of(2, 3)), List.of(STREAM, BYTES));
        assertTrue(half.stream(0));
        assertFalse(half.stream(1));
    }

    @Test
    void bytesNeedNoPipeForLines() {
        Wiring wiring = Wiring.of(labels(3), List.of(Edge.of(0, 2), Edge.of(1, 2)), List.of(BYTES, BYTES));
        assertEquals(List.of(new Wiring.Merge(List.of(0, 1), 2, OptionalInt.empty())), wiring.merges());
    }

    @Test
    void whatIsHeldIsWhatMustOutliveTheDaemon() {
        assertEquals(List.of(), Hold.of(wiring(3, Edge.of(0, 1), Edge.of(1, 2))));
        assertEquals(List.of("out0 [2r, 3r, 4r, 5r, 0w, 1w]"), held(wiring(3, Edge.of(0, 1), Edge.of(0, 2))));
        assertEquals(List.of("in0 [2w, 3r, 0r, 1r]"), held(wiring(3, Edge.of(0, 2), Edge.of(1, 2))));
        Wiring stream = Wiring.of(labels(2), List.of(Edge.of(0, 1)), List.of(STREAM));
        assertEquals(List.of("edge0 [0r, 0w]"), held(stream));
        Wiring fan = Wiring.of(labels(3), List.of(Edge.of(0, 1), Edge.of(0, 2)), List.of(STREAM, STREAM));
        assertEquals(List.of("out0 [2r, 3r, 4r, 5r, 0w, 1w, 2w, 0r, 1r]"), held(fan));
    }

    private static List<String> held(Wiring wiring) {
        return Hold.of(wiring).stream().map(h -> h.name() + " " + h.ends()).toList();
    }

    @Test
    void outputAndErrorsAreTwoOutputs() {
        Wiring wiring = wiring(3, Edge.of(0, 1), edge("stderr", "stdin", 2));
        assertEquals(ends(-1, 0, 1), wiring.stages().get(0));
        assertEquals(List.of("direct", "direct"), paths(wiring, 2));
    }

    @Test
    void aNumberIsTheSamePortAsItsName() {
        Wiring wiring = wiring(3, Edge.of(0, 1), edge("1", "0", 2));
        assertEquals(List.of(new Wiring.Split(2, List.of(0, 1), 3, List.of(4, 5))), wiring.splits());
        assertEquals(new EdgeStatus("n0", "1", "n2", "0", "pumped"), wiring.status(1));
    }

    @Test
    void twoOutputsIntoOneInputAreMerged() {
        Wiring wiring = wiring(2, Edge.of(0, 1), edge("2", "stdin", 1));
        assertEquals(List.of(ends(-1, 0, 1), ends(2, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Merge(List.of(0, 1), 2, OptionalInt.of(3))), wiring.merges());
    }

    @Test
    void withoutEdgesThereIsNothing() {
        Wiring wiring = wiring(2);
        assertEquals(0, wiring.pipes());
        assertEquals(List.of(ends(-1, -1, -1), ends(-1, -1, -1)), wiring.stages());
    }

    @Test
    void missingNodesAndOtherDescriptorsAreRefusedTogether() {
        ShipoteException refusal = assertThrows(
                ShipoteException.class,
                () -> wiring(2, Edge.of(0, 2), Edge.of(-1, 1), edge("stdin", "stdin", 1), edge("stdout", "stdout", 1)));
        assertEquals(ErrorCode.INVALID_SPEC, refusal.code());
        assertEquals(4, ((List<?>) refusal.fields().get("problems")).size());
    }

    /** Edges 0 and 1 are a fan-out, 2 and 3 a fan-in by which node 3 is fed, and 4 is direct. */
    private static Wiring policy(boolean tap, long sample, long chunks, long bytes, long rate) {
        List<CommandRef> nodes = labels(5).stream()
                .map(label -> CommandRef.nativeCommand(label, "x", List.of()))
                .toList();
        List<Edge> edges = List.of(Edge.of(0, 1), Edge.of(0, 2), Edge.of(1, 3), Edge.of(2, 3), Edge.of(3, 4));
        DiscernPolicy discern =
                new DiscernPolicy(new U64(sample), true, new U64(chunks), new U64(bytes), new U64(rate), Shape.NEW);
        WorkspaceId workspace = WorkspaceId.parse("01KR0Y2GP83CP3TKJZC1RR54R4");
        return Wiring.of(PipelineSpec.of("p", workspace, nodes, edges).withDiscern(discern), tap);
    }

    @Test
    void theCardSaysHowMuchIsLookedAtAndReplayed() {
        assertEquals(HeadSample.MAX_BYTES, policy(true, 4_096, 32, 0, 0).sampleBytes());
        assertEquals(100, policy(true, 100, 32, 0, 0).sampleBytes());
        assertEquals(0, policy(true, 0, 32, 0, 0).sampleBytes());
        assertEquals(HeadSample.MAX_BYTES, policy(true, -1, 32, 0, 0).sampleBytes());
        assertEquals(Tap.MAX_REPLAY_BYTES, policy(true, 0, 32, 0, 0).replayBytes());
        assertEquals(Tap.MAX_REPLAY_BYTES, policy(true, 0, -1, -1, 0).replayBytes());
        assertEquals(8_192, policy(true, 0, 2, 0, 0).replayBytes());
        assertEquals(4_096, policy(true, 0, 0, 5_000, 0).replayBytes());
        assertEquals(5_000, policy(true, 0, 2, 5_000, 0).replayBytes());
    }

    @Test
    void theCardSaysHowFastItFlowsWhereTheDaemonPassesItOn() {
        Wiring tapped = policy(true, 0, 32, 0, 777);
        assertEquals(
                List.of(777L, 777L, 0L, 0L, 777L),
                IntStream.range(0, 5).mapToObj(tapped::rate).toList());
        assertTrue(tapped.rateNotKept());
        Wiring plain = policy(false, 0, 32, 0, 777);
        assertEquals(
                List.of(777L, 777L, 0L, 0L, 0L),
                IntStream.range(0, 5).mapToObj(plain::rate).toList());
        assertFalse(policy(false, 0, 32, 0, 0).rateNotKept());
    }

    private static Wiring wiring(int nodes, Edge... edges) {
        return Wiring.of(labels(nodes), List.of(edges), options(edges.length));
    }

    private static List<String> labels(int nodes) {
        return IntStream.range(0, nodes).mapToObj(i -> "n" + i).toList();
    }

    private static Edge edge(String output, String input, int to) {
        return new Edge(0, output, to, input, Shape.NEW);
    }

    private static Wiring.Ends ends(int stdin, int stdout, int stderr) {
        Wiring.Ends ends = new Wiring.Ends(new TreeMap<>(), new TreeMap<>());
        put(ends.reads(), 0, stdin);
        put(ends.writes(), 1, stdout);
        put(ends.writes(), 2, stderr);
        return ends;
    }

    private static void put(Map<Integer, Integer> ends, int fd, int pipe) {
        if (pipe >= 0) {
            ends.put(fd, pipe);
        }
    }

    private static List<String> paths(Wiring wiring, int edges) {
        return IntStream.range(0, edges).mapToObj(i -> wiring.status(i).path()).toList();
    }
}
