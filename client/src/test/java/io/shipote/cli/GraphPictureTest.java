package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.Graph;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GraphPictureTest {
    private static Graph graph(int stages, List<Edge> edges) {
        List<CommandRef> nodes = new ArrayList<>();
        for (int i = 0; i < stages; i++) {
            nodes.add(CommandRef.nativeCommand("s" + i, "x", List.of()));
        }
        return Graph.of(PipelineSpec.of("p", WorkspaceId.parse("01KR0Y2GP83CP3TKJZC1RR54R4"), nodes, edges));
    }

    private static String picture(int stages, int... ends) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            edges.add(Edge.of(ends[i], ends[i + 1]));
        }
        return GraphPicture.of(graph(stages, edges));
    }

    @Test
    void chainsDiamondsAndCrossings() {
        assertEquals("● s0\n● s1\n", picture(2, 0, 1));
        assertEquals("● s0\n  ● s1\n● s2\n", picture(3));
        assertEquals("""
                ● s0
                ├─╮
                ● │ s1
                │ ● s2
                ├─╯
                ● s3
                """, picture(4, 0, 1, 0, 2, 1, 3, 2, 3));
        assertEquals("""
                ● s0
                ├─┬─╮
                ● │ │ s1
                  ● │ s2
                    ● s3
                ● s4
                """, picture(5, 0, 1, 0, 2, 0, 3));
        assertEquals("""
                ● s0
                ├─╮
                │ │ ● s1
                ├─┼─╯
                ● │ s2
                  ● s3
                """, picture(4, 0, 2, 0, 3, 1, 2));
    }

    @Test
    void whatIsTooWideIsNotShown() {
        List<Edge> fan = new ArrayList<>();
        for (int to = 1; to <= GraphPicture.MAX_COLUMNS; to++) {
            fan.add(Edge.of(0, to));
        }
        assertTrue(GraphPicture.of(graph(GraphPicture.MAX_COLUMNS + 1, fan)).contains("s60"));
        fan.add(Edge.of(0, GraphPicture.MAX_COLUMNS + 1));
        assertEquals("", GraphPicture.of(graph(GraphPicture.MAX_COLUMNS + 2, fan)));
    }

    /** Whoever follows the lines comes from each stage to just those that feed it. */
    @Test
    void theLinesOfRandomGraphsLeadFromEachProducerToItsConsumers() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int stages = 1 + random.nextInt(12);
            List<Edge> edges = new ArrayList<>();
            Map<String, Set<String>> feeders = new TreeMap<>();
            for (int to = 0; to < stages; to++) {
                feeders.put("s" + to, new TreeSet<>());
                for (int from = 0; from < to; from++) {
                    if (random.nextInt(3) == 0) {
                        edges.add(Edge.of(from, to));
                        feeders.get("s" + to).add("s" + from);
                    }
                }
            }
            String picture = GraphPicture.of(graph(stages, edges));
            assertEquals(feeders, followed(picture), () -> picture);
        }
    }

    private static Map<String, Set<String>> followed(String picture) {
        Map<String, Set<String>> feeders = new TreeMap<>();
        Map<Integer, Set<String>> columns = new TreeMap<>();
        for (String row : picture.lines().toList()) {
            int joint = row.indexOf('├');
            int label = row.indexOf('s');
            for (int at = 0; at < row.length() && (label < 0 || at < label); at += 2) {
                Set<String> here = columns.computeIfAbsent(at, key -> new TreeSet<>());
                switch (row.charAt(at)) {
                    case '●' -> {
                        feeders.put(row.substring(label), Set.copyOf(here));
                        columns.put(at, new TreeSet<>(Set.of(row.substring(label))));
                    }
                    // These have no stroke upwards.
                    case '┬', '╮' -> columns.put(at, new TreeSet<>(columns.get(joint)));
                    case '┴', '╯' -> {
                        columns.get(joint).addAll(here);
                        here.clear();
                    }
                    case '│', '┼', '├' -> {}
                    default -> here.clear();
                }
            }
            int end = label < 0 ? row.length() : label;
            columns.keySet().removeIf(at -> at >= end);
        }
        return feeders;
    }
}
