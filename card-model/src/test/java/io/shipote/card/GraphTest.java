package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
    private static List<String> problems(PipelineSpec spec) {
        Problems problems = new Problems();
        Graph.of(spec).problems(problems);
        return Cards.lines(problems);
    }

    @Test
    void producersComeFirst() {
        Graph graph = Graph.of(Cards.graph(List.of("d", "c", "b", "a"), "a b", "b c", "c d"));
        assertEquals(List.of(3, 2, 1, 0), graph.order());
        assertEquals(List.of(0, 1), Graph.of(Cards.graph(List.of("x", "y"))).order());
        assertEquals(
                List.of(0, 2, 1, 3),
                Graph.of(Cards.graph(List.of("a", "b", "c", "d"), "a c", "c b", "b d"))
                        .order());
    }

    @Test
    void cycleIsToldWithItsPath() {
        PipelineSpec spec = Cards.graph(List.of("in", "a", "b", "c"), "in a", "a b", "b c", "c a");
        assertEquals(List.of("edges: form a cycle: a -> b -> c -> a"), problems(spec));
        assertThrows(IllegalStateException.class, () -> Graph.of(spec).order());
        assertEquals(
                List.of("edges: form a cycle: a -> b -> a"), problems(Cards.graph(List.of("a", "b"), "a b", "b a")));
    }

    @Test
    void separateCyclesAreAllTold() {
        assertEquals(
                List.of("edges: form a cycle: a -> b -> a", "edges: form a cycle: c -> d -> c"),
                problems(Cards.graph(List.of("a", "b", "c", "d"), "a b", "b a", "c d", "d c")));
    }

    @Test
    void diamondIsNoCycle() {
        PipelineSpec spec = Cards.graph(List.of("a", "b", "c", "d"), "a b", "a c", "b d", "c d");
        assertEquals(List.of(), problems(spec));
        Graph graph = Graph.of(spec);
        assertEquals(List.of(0, 1), graph.outgoing(0));
        assertEquals(List.of(2, 3), graph.incoming(3));
        assertTrue(graph.isFanOut(0));
        assertFalse(graph.isFanOut(1));
        assertTrue(graph.isFanIn(3));
        assertFalse(graph.isFanIn(1));
        assertEquals(List.of(0, 1), graph.sameOutput(1));
        assertEquals(List.of(1), graph.sameInput(1));
        assertEquals(List.of(2, 3), graph.sameInput(2));
    }

    @Test
    void differentPortsAreNoFan() {
        List<CommandRef> nodes = Cards.graph(List.of("a", "b", "c")).nodes();
        List<Edge> edges = List.of(
                new Edge(0, "stdout", 1, "stdin", Shape.NEW),
                new Edge(0, "stderr", 2, "0", Shape.NEW),
                new Edge(0, "1", 2, "3", Shape.NEW));
        Graph graph = Graph.of(PipelineSpec.of("p", Cards.WORKSPACE, nodes, edges));
        assertTrue(graph.isFanOut(0), "stdout and 1 are the same");
        assertFalse(graph.isFanIn(2));
        assertEquals(List.of(0, 2), graph.sameOutput(0));
        assertEquals(List.of(1), graph.sameOutput(1));
    }

    @Test
    void edgesToMissingNodesAreLeftOut() {
        List<CommandRef> nodes = Cards.graph(List.of("a")).nodes();
        PipelineSpec spec =
                PipelineSpec.of("p", Cards.WORKSPACE, nodes, List.of(Edge.of(0, 1), Edge.of(-1, 0), Edge.of(7, 9)));
        Graph graph = Graph.of(spec);
        assertEquals(List.of(0), graph.order());
        assertEquals(List.of(), graph.outgoing(0));
        assertEquals(
                List.of(
                        "edges[0].to: is node 1, but there are only 1",
                        "edges[1].from: is node 18446744073709551615, but there are only 1",
                        "edges[2].from: is node 7, but there are only 1",
                        "edges[2].to: is node 9, but there are only 1"),
                problems(spec));
    }

    @Test
    void longChainNeedsNoStack() {
        List<CommandRef> nodes = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        int count = 50_000;
        for (int i = 0; i < count; i++) {
            nodes.add(CommandRef.nativeCommand("n" + i, "x", List.of()));
            edges.add(Edge.of(i, (i + 1) % count));
        }
        List<String> found = problems(PipelineSpec.of("p", Cards.WORKSPACE, nodes, edges));
        assertEquals(1, found.size());
        assertTrue(found.get(0).startsWith("edges: form a cycle: n0 -> n1 -> n2"));
    }

    @Test
    void drawingHasALinePerEdge() {
        assertEquals(
                "a [stdout] -> [stdin] b\nb [stdout] -> [stdin] c\nalone?[31m\n",
                Graph.of(Cards.graph(List.of("a", "b", "c", "alone\u001b[31m"), "a b", "b c"))
                        .draw());
    }
}
