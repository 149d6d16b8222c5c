package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of graphs over random ones. */
class GraphPropertiesTest {
    private static final int ROUNDS = 500;

    /** A graph without cycles: edges lead from lower to higher places of a random order of the nodes. */
    private static PipelineSpec acyclic(Random random, int count) {
        List<Integer> places = new ArrayList<>();
        List<CommandRef> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(i);
            nodes.add(CommandRef.nativeCommand("n" + i, "x", List.of()));
        }
        Collections.shuffle(places, random);
        List<Edge> edges = new ArrayList<>();
        for (int to = 1; to < count; to++) {
            for (int from = 0; from < to; from++) {
                if (random.nextInt(4) == 0) {
                    String port = random.nextBoolean() ? "stdout" : String.valueOf(3 + random.nextInt(3));
                    edges.add(new Edge(places.get(from), port, places.get(to), "stdin", Shape.NEW));
                }
            }
        }
        Collections.shuffle(edges, random);
        return PipelineSpec.of("p", Cards.WORKSPACE, nodes, edges);
    }

    private static List<String> problems(PipelineSpec spec) {
        Problems problems = new Problems();
        spec.check(problems);
        return Cards.lines(problems);
    }

    @Test
    void everyGraphWithoutACycleIsRightAndHasAnOrder() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            PipelineSpec spec = acyclic(new Random(seed), 1 + seed % 12);
            assertEquals(List.of(), problems(spec), "seed " + seed);
            Graph graph = Graph.of(spec);
            List<Integer> order = graph.order();
            assertEquals(spec.nodes().size(), new HashSet<>(order).size());
            for (Edge edge : spec.edges()) {
                assertTrue(order.indexOf((int) edge.from()) < order.indexOf((int) edge.to()), "seed " + seed);
            }
        }
    }

    @Test
    void feedersAndFedAreEachOthersMirror() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            PipelineSpec spec = acyclic(new Random(seed), 1 + seed % 12);
            Graph graph = Graph.of(spec);
            for (int node = 0; node < spec.nodes().size(); node++) {
                Set<Integer> fed = graph.descendants(node);
                for (int other = 0; other < spec.nodes().size(); other++) {
                    assertEquals(fed.contains(other), graph.ancestors(other).contains(node), "seed " + seed);
                }
                for (int consumer : graph.consumers(node)) {
                    assertTrue(fed.contains(consumer) && fed.containsAll(graph.descendants(consumer)));
                }
            }
        }
    }

    @Test
    void oneEdgeBackMakesACycleThatIsToldEdgeByEdge() {
        int cycles = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            PipelineSpec spec = acyclic(new Random(seed), 2 + seed % 11);
            if (spec.edges().isEmpty()) {
                continue;
            }
            Edge some = spec.edges().get(seed % spec.edges().size());
            Set<Integer> fed = Graph.of(spec).descendants((int) some.from());
            int last = fed.stream().max(Integer::compare).orElseThrow();
            List<Edge> edges = new ArrayList<>(spec.edges());
            edges.add(Edge.of(last, some.from()));
            PipelineSpec bad = PipelineSpec.of("p", Cards.WORKSPACE, spec.nodes(), edges);
            assertThrows(IllegalStateException.class, () -> Graph.of(bad).order());
            List<String> told = problems(bad).stream()
                    .filter(line -> line.startsWith("edges: form a cycle: "))
                    .toList();
            assertTrue(!told.isEmpty(), "seed " + seed + ": " + problems(bad));
            String[] path =
                    told.get(0).substring("edges: form a cycle: ".length()).split(" -> ");
            assertEquals(path[0], path[path.length - 1]);
            for (int i = 0; i + 1 < path.length; i++) {
                long from = Long.parseLong(path[i].substring(1));
                long to = Long.parseLong(path[i + 1].substring(1));
                assertTrue(
                        edges.stream().anyMatch(edge -> edge.from() == from && edge.to() == to),
                        "seed " + seed + ": " + told.get(0));
            }
            cycles++;
        }
        assertTrue(cycles > ROUNDS / 2, "only " + cycles);
    }
}
