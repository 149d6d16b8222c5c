package io.shipote.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.core.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs made up at random, with threads for stages: what each stage reads is what its feeders wrote, all of it and once; of
 * inputs that are merged by lines, no line is broken. Nothing is left open.
 */
@Timeout(120)
class RandomGraphIT {
    private static final int ROUNDS = 12;
    private static final int MAX_STAGES = 9;
    private static final int MAX_LINES = 20_000;

    /**
     * What goes through a fan-out or a tap keeps the bounds of its writes, and a pipe holds few of them: a line of many small
     * ones would go in pieces.
     */
    private static final int COPIED_WRITE = 4_096;

    private final int openBefore = OpenPipes.count();
    private EpollLoop loop;

    @BeforeEach
    void open() {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        await().atMost(Duration.ofSeconds(60)).until(() -> OpenPipes.count() == openBefore);
        loop.close();
        assertEquals(List.of(), loop.failures());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyByteArrivesOnce(int seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            new Graph(random, "seed " + seed + " round " + round).run();
        }
    }

    private final class Graph {
        private final Random random;
        private final String name;
        private final int stages;
        private final List<Edge> edges = new ArrayList<>();
        private final List<EdgeOptions> options = new ArrayList<>();
        private final Map<Integer, CompletableFuture<byte[]>> inputs = new TreeMap<>();
        private final Map<Integer, byte[]> outputs = new TreeMap<>();

        Graph(Random random, String name) {
            this.random = random;
            this.name = name;
            this.stages = 2 + random.nextInt(MAX_STAGES - 1);
            for (int to = 1; to < stages; to++) {
                for (int from = 0; from < to; from++) {
                    if (random.nextInt(3) == 0) {
                        edges.add(Edge.of(from, to));
                        options.add(option(to));
                    }
                }
            }
        }

        private EdgeOptions option(int to) {
            Optional<Long> size = random.nextInt(4) == 0 ? Optional.of(16_384L << random.nextInt(4)) : Optional.empty();
            EdgeOptions.Merge merge = to % 3 == 0 ? EdgeOptions.Merge.BYTES : EdgeOptions.Merge.LINES;
            return new EdgeOptions(EdgeOptions.Mode.BATCH, merge, size, random.nextInt(4) == 0);
        }

        void run() throws Exception {
            List<String> labels =
                    IntStream.range(0, stages).mapToObj(i -> "s" + i).toList();
            Plumbing plumbing = Plumbing.open(Wiring.of(labels, edges, options));
            List<Runnable> starts = new ArrayList<>();
            for (int node = 0; node < stages; node++) {
                stage(plumbing, node, starts);
            }
            plumbing.childEndsClosed();
            plumbing.startPumps(loop);
            starts.forEach(Runnable::run);
            for (int node : inputs.keySet()) {
                check(node, inputs.get(node).get(60, TimeUnit.SECONDS));
            }
        }

        private void stage(Plumbing plumbing, int node, List<Runnable> starts) throws Exception {
            Optional<Fd> in = copy(plumbing.stdin(node));
            Optional<Fd> out = copy(plumbing.stdout(node));
            int piece = (copied(node) ? COPIED_WRITE : 1) + random.nextInt(1 << (6 + random.nextInt(12)));
            if (in.isEmpty()) {
                byte[] made = lines(node);
                outputs.put(node, made);
                out.ifPresent(fd -> starts.add(() -> new Feed(fd, made, piece)));
                return;
            }
            CompletableFuture<byte[]> read = new CompletableFuture<>();
            inputs.put(node, read);
            starts.add(() -> new Drain(in.get(), piece).taken().thenAccept(all -> {
                out.ifPresent(fd -> new Feed(fd, all, piece));
                read.complete(all);
            }));
        }

        private boolean copied(int node) {
            List<Integer> outs = IntStream.range(0, edges.size())
                    .filter(edge -> edges.get(edge).from() == node)
                    .boxed()
                    .toList();
            return outs.size() > 1
                    || outs.stream().anyMatch(edge -> options.get(edge).tap());
        }

        private Optional<Fd> copy(Optional<Fd> end) throws Exception {
            return end.isPresent() ? Optional.of(end.get().duplicate()) : Optional.empty();
        }

        private byte[] lines(int node) {
            StringBuilder all = new StringBuilder();
            int count = random.nextInt(MAX_LINES);
            for (int i = 0; i < count; i++) {
                all.append("from ").append(node).append(" line ").append(i);
                // A few are long, and one shorter than a pipe may be.
                if (random.nextInt(2_000) == 0) {
                    all.append("x".repeat(random.nextInt(3_000)));
                }
                all.append('\n');
            }
            return all.toString().getBytes(StandardCharsets.UTF_8);
        }

        private void check(int node, byte[] read) {
            List<byte[]> fed = new ArrayList<>();
            for (Edge edge : edges) {
                if (edge.to() == node) {
                    fed.add(outputs.get((int) edge.from()));
                }
            }
            boolean bytes = node % 3 == 0 && fed.size() > 1;
            byte[] expected = new byte[fed.stream().mapToInt(one -> one.length).sum()];
            int at = 0;
            for (byte[] one : fed) {
                System.arraycopy(one, 0, expected, at, one.length);
                at += one.length;
            }
            if (bytes) {
                Arrays.sort(expected);
                byte[] sorted = read.clone();
                Arrays.sort(sorted);
                assertEquals(-1, Arrays.mismatch(expected, sorted), name + " stage " + node);
            } else {
                assertEquals(-1, Arrays.mismatch(sortedLines(expected), sortedLines(read)), name + " stage " + node);
            }
            outputs.put(node, read);
        }

        private byte[] sortedLines(byte[] text) {
            String[] lines = new String(text, StandardCharsets.UTF_8).split("\n");
            Arrays.sort(lines);
            return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        }
    }
}
