package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs made up at random of real processes, with edges of all kinds between descriptors of all kinds: what each stage reads is
 * what its feeders wrote. Nothing is left, neither a process nor a descriptor of the daemon.
 */
@Timeout(240)
class RandomPipelineIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ROUNDS = 6;

    private static DaemonHarness daemon;
    private static String workspace;
    private static int descriptors;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        workspace = daemon.room().workspace("w");
        // What is loaded and opened once, whatever follows.
        daemon.room()
                .await(daemon.room()
                        .pipeline(Specs.graph("warm", workspace, List.of("echo", "cat", "cat"), "0>1", "0>2"))
                        .id());
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
        descriptors = Processes.descriptorsBesideFigures(daemon.pid());
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyByteArrivesOnceAndNothingIsLeft(int seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            new Made(random, "seed" + seed + "-" + round).run();
            await().atMost(SOON).untilAsserted(() -> assertEquals(List.of(), daemon.processes()));
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertEquals(descriptors, Processes.descriptorsBesideFigures(daemon.pid()), "descriptors"));
        }
    }

    private static final class Made {
        private final Random random;
        private final String name;
        private final int stages;
        private final boolean stream;
        private final boolean[] bytes;
        private final List<Edge> edges = new ArrayList<>();
        private final TreeMap<Integer, Integer> outputs = new TreeMap<>();
        private final TreeMap<Integer, Integer> inputs = new TreeMap<>();

        Made(Random random, String name) {
            this.random = random;
            this.name = name;
            this.stages = 2 + random.nextInt(6);
            this.stream = random.nextInt(3) == 0;
            this.bytes = new boolean[stages];
            for (int stage = 0; stage < stages; stage++) {
                bytes[stage] = random.nextInt(3) == 0;
                outputs.put(stage, random.nextBoolean() ? 1 : 2 + random.nextInt(3) * 2);
                inputs.put(stage, random.nextBoolean() ? 0 : 3 + random.nextInt(3) * 2);
            }
            for (int to = 1; to < stages; to++) {
                for (int from = 0; from < to; from++) {
                    if (random.nextInt(3) == 0) {
                        edges.add(edge(from, to));
                    }
                }
            }
        }

        private Edge edge(int from, int to) {
            Optional<Long> size = random.nextInt(4) == 0 ? Optional.of(4_096L << random.nextInt(6)) : Optional.empty();
            EdgeOptions options = new EdgeOptions(
                    stream ? EdgeOptions.Mode.STREAM : EdgeOptions.Mode.BATCH,
                    bytes[to] ? EdgeOptions.Merge.BYTES : EdgeOptions.Merge.LINES,
                    size,
                    random.nextInt(4) == 0);
            String output = outputs.get(from) == 1
                    ? "stdout"
                    : outputs.get(from) == 2 ? "stderr" : String.valueOf(outputs.get(from));
            String input = inputs.get(to) == 0 ? "stdin" : String.valueOf(inputs.get(to));
            return new Edge(from, output, to, input, Shape.NEW).withOptions(options);
        }

        private boolean feeds(int stage) {
            return edges.stream().anyMatch(edge -> edge.from() == stage);
        }

        private boolean fed(int stage) {
            return edges.stream().anyMatch(edge -> edge.to() == stage);
        }

        private Path file(int stage) {
            return daemon.directory().resolve(name + "." + stage);
        }

        private String script(int stage, int lines) {
            String write = feeds(stage) ? " >&" + outputs.get(stage) : " >/dev/null";
            return fed(stage)
                    ? "exec tee " + file(stage) + " <&" + inputs.get(stage) + write
                    : "seq -f 'from " + stage + " line %.0f' " + lines + " | tee " + file(stage) + write;
        }

        void run() throws Exception {
            List<CommandRef> nodes = new ArrayList<>();
            for (int stage = 0; stage < stages; stage++) {
                List<String> argv = List.of("-c", script(stage, random.nextInt(4_000)));
                nodes.add(CommandRef.nativeCommand("s" + stage, "/bin/sh", argv));
            }
            PipelineSpec spec = PipelineSpec.of(name, WorkspaceId.parse(workspace), nodes, edges);
            String id = daemon.room().pipeline(spec).id();
            assertEquals(0, daemon.room().await(id).status(), () -> daemon.room()
                    .pipeline(id)
                    .toString());
            for (int stage = 0; stage < stages; stage++) {
                if (fed(stage)) {
                    check(stage);
                }
            }
        }

        private void check(int stage) throws Exception {
            StringBuilder fed = new StringBuilder();
            for (Edge edge : edges) {
                if (edge.to() == stage) {
                    fed.append(Files.readString(file((int) edge.from())));
                }
            }
            String read = Files.readString(file(stage));
            String at = name + " stage " + stage;
            if (bytes[stage] || fedByBytes(stage)) {
                // Where bytes were mixed somewhere before, there are no lines to be compared.
                byte[] expected = fed.toString().getBytes(StandardCharsets.UTF_8);
                byte[] got = read.getBytes(StandardCharsets.UTF_8);
                Arrays.sort(expected);
                Arrays.sort(got);
                assertTrue(Arrays.equals(expected, got), at);
            } else {
                assertEquals(
                        fed.toString().lines().sorted().toList(),
                        read.lines().sorted().toList(),
                        at);
            }
        }

        /** A last line without its end may be joined with the first of another. */
        private boolean fedByBytes(int stage) {
            return edges.stream()
                    .anyMatch(
                            edge -> edge.to() == stage && (bytes[(int) edge.from()] || fedByBytes((int) edge.from())));
        }
    }
}
