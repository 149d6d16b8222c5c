package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.Shape;
import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WiringTest {
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
        assertEquals(3, wiring.pipes());
        assertEquals(List.of(ends(-1, 2, -1), ends(0, -1, -1), ends(1, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Split(2, List.of(0, 1))), wiring.splits());
        assertEquals(List.of("pumped", "pumped"), paths(wiring, 2));
    }

    @Test
    void anInputWithSeveralEdgesGetsAFanIn() {
        Wiring wiring = wiring(3, Edge.of(0, 2), Edge.of(1, 2));
        assertEquals(List.of(ends(-1, 0, -1), ends(-1, 1, -1), ends(2, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Merge(List.of(0, 1), 2)), wiring.merges());
        assertEquals(List.of("pumped", "pumped"), paths(wiring, 2));
    }

    @Test
    void aDiamondHasBoth() {
        Wiring wiring = wiring(4, Edge.of(0, 1), Edge.of(0, 2), Edge.of(1, 3), Edge.of(2, 3));
        assertEquals(6, wiring.pipes());
        assertEquals(List.of(new Wiring.Split(4, List.of(0, 1))), wiring.splits());
        assertEquals(List.of(new Wiring.Merge(List.of(2, 3), 5)), wiring.merges());
        assertEquals(List.of(ends(-1, 4, -1), ends(0, 2, -1), ends(1, 3, -1), ends(5, -1, -1)), wiring.stages());
    }

    @Test
    void fromFanOutToFanInThereIsOnePipe() {
        Wiring wiring = wiring(4, Edge.of(0, 1), Edge.of(0, 2), Edge.of(3, 2));
        assertEquals(List.of(new Wiring.Split(3, List.of(0, 1))), wiring.splits());
        assertEquals(List.of(new Wiring.Merge(List.of(1, 2), 4)), wiring.merges());
        assertEquals(5, wiring.pipes());
    }

    @Test
    void aTappedEdgeIsPumpedAlone() {
        List<Edge> edges = List.of(Edge.of(0, 1), Edge.of(1, 2));
        Wiring wiring = Wiring.of(labels(3), edges, edge -> edge == 1);
        assertEquals(List.of(new Wiring.Split(2, List.of(1))), wiring.splits());
        assertEquals(List.of("direct", "pumped"), paths(wiring, 2));
        assertEquals(ends(0, 2, -1), wiring.stages().get(1));
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
        assertEquals(List.of(new Wiring.Split(2, List.of(0, 1))), wiring.splits());
        assertEquals(new EdgeStatus("n0", "1", "n2", "0", "pumped"), wiring.status(1));
    }

    @Test
    void twoOutputsIntoOneInputAreMerged() {
        Wiring wiring = wiring(2, Edge.of(0, 1), edge("2", "stdin", 1));
        assertEquals(List.of(ends(-1, 0, 1), ends(2, -1, -1)), wiring.stages());
        assertEquals(List.of(new Wiring.Merge(List.of(0, 1), 2)), wiring.merges());
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
                () -> wiring(2, Edge.of(0, 2), Edge.of(-1, 1), edge("3", "stdin", 1), edge("stdout", "stdout", 1)));
        assertEquals(ErrorCode.INVALID_SPEC, refusal.code());
        assertEquals(4, ((List<?>) refusal.fields().get("problems")).size());
    }

    private static Wiring wiring(int nodes, Edge... edges) {
        return Wiring.of(labels(nodes), List.of(edges), edge -> false);
    }

    private static List<String> labels(int nodes) {
        return IntStream.range(0, nodes).mapToObj(i -> "n" + i).toList();
    }

    private static Edge edge(String output, String input, int to) {
        return new Edge(0, output, to, input, Shape.NEW);
    }

    private static Wiring.Ends ends(int stdin, int stdout, int stderr) {
        return new Wiring.Ends(optional(stdin), optional(stdout), optional(stderr));
    }

    private static OptionalInt optional(int pipe) {
        return pipe < 0 ? OptionalInt.empty() : OptionalInt.of(pipe);
    }

    private static List<String> paths(Wiring wiring, int edges) {
        return IntStream.range(0, edges).mapToObj(i -> wiring.status(i).path()).toList();
    }
}
