package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.wire.EdgeLook;
import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.EdgeVerdict;
import io.shipote.card.wire.JobState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the bytes on the edges of live pipelines are told to be. */
@Timeout(120)
class VerdictIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();
    private static final String LINES = "{\"n\":1,\"city\":\"Köln\"}\n{\"n\":2,\"city\":\"Oslo\"}\n{\"n\":3}\n";
    private static final String CSV = "id,name,city\n1,Ann,Paris\n2,Bo,Oslo\n3,Cy,Rome\n4,Li,Bonn\n";
    private static final Map<String, String> TYPES =
            Map.of("lines", "application/x-ndjson", "csv", "text/csv", "gzip", "application/gzip");
    private static final Map<String, String> STRUCTURES = Map.of("lines", "jsonl", "csv", "csv", "gzip", "binary");
    private static final Map<String, String> ENCODINGS = Map.of("lines", "UTF-8", "csv", "US-ASCII");

    private static final EdgeOptions TAPPED =
            new EdgeOptions(EdgeOptions.Mode.BATCH, EdgeOptions.Merge.LINES, Optional.empty(), true);

    private static DaemonHarness daemon;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        workspace = daemon.room().workspace("w");
        Files.writeString(file("lines"), LINES);
        Files.writeString(file("csv"), CSV);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(CSV.repeat(1_000).getBytes(StandardCharsets.UTF_8));
        }
        Files.write(file("gzip"), packed.toByteArray());
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static Path file(String name) {
        return daemon.directory().resolve(name);
    }

    private static String source(String name) {
        return "cat " + file(name) + "; exec sleep 600";
    }

    private static List<EdgeStatus> edges(String id, EdgeLook look) {
        return daemon.client().pipelines().discern(id, ANY, look).pipeline().edges();
    }

    private static List<EdgeVerdict> verdicts(String id) {
        await().atMost(SOON).until(() -> edges(id, EdgeLook.FIRST).stream()
                .allMatch(edge -> edge.verdict().isPresent()));
        return edges(id, EdgeLook.FIRST).stream()
                .map(edge -> edge.verdict().orElseThrow())
                .toList();
    }

    private static void stop(String id) {
        daemon.client().pipelines().stop(id, ANY, Optional.of(1_000L));
    }

    private static void assertIs(String name, EdgeVerdict verdict) throws Exception {
        assertEquals(TYPES.get(name), verdict.discernment().mediaType(), verdict::toString);
        assertEquals(STRUCTURES.get(name), verdict.discernment().structure(), verdict::toString);
        assertEquals(
                Optional.ofNullable(ENCODINGS.get(name)), verdict.discernment().encoding());
        assertTrue(verdict.discernment().confidence() > 0.7, verdict::toString);
        assertEquals(Files.size(file(name)), verdict.bytes());
    }

    @Test
    void ofDirectEdgesByWhatWaits() throws Exception {
        for (String name : TYPES.keySet()) {
            String id = daemon.room()
                    .pipeline(Specs.chain("direct-" + name, workspace, source(name), "exec sleep 600"))
                    .id();
            EdgeVerdict verdict = verdicts(id).get(0);
            assertIs(name, verdict);
            assertTrue(verdict.sampled());
            stop(id);
        }
    }

    @Test
    void ofFanOutsByWhatPassedFirst() throws Exception {
        for (String name : TYPES.keySet()) {
            List<String> scripts = List.of(source(name), "exec cat >/dev/null", "exec cat >/dev/null");
            String id = daemon.room()
                    .pipeline(Specs.graph("fan-" + name, workspace, scripts, "0>1", "0>2"))
                    .id();
            for (EdgeVerdict verdict : verdicts(id)) {
                assertIs(name, verdict);
                assertFalse(verdict.sampled());
            }
            stop(id);
        }
    }

    @Test
    void ofTappedEdgesAndOfEachInputOfAFanIn() throws Exception {
        for (String name : TYPES.keySet()) {
            String id = daemon.room()
                    .pipeline(tapped(Specs.chain("tap-" + name, workspace, source(name), "exec cat >/dev/null")))
                    .id();
            assertIs(name, verdicts(id).get(0));
            stop(id);
        }
        List<String> scripts = List.of(source("lines"), source("csv"), "exec cat >/dev/null");
        String id = daemon.room()
                .pipeline(Specs.graph("mixed", workspace, scripts, "0>2", "1>2"))
                .id();
        List<EdgeVerdict> both = verdicts(id);
        assertIs("lines", both.get(0));
        assertIs("csv", both.get(1));
        stop(id);
    }

    private static PipelineSpec tapped(PipelineSpec spec) {
        List<Edge> edges = new ArrayList<>();
        spec.edges().forEach(edge -> edges.add(edge.withOptions(TAPPED)));
        return PipelineSpec.of(spec.label(), spec.workspace(), spec.nodes(), edges);
    }

    /** What waits may be something else than what came first. */
    @Test
    void whatWaitsIsLookedAtWhenAskedFor() throws Exception {
        Path go = file("go");
        String script = "cat " + file("lines") + "; until [ -e " + go + " ]; do sleep 0.05; done; " + source("csv");
        String consumer = "head -c " + Files.size(file("lines")) + " >/dev/null; exec sleep 600";
        String id = daemon.room()
                .pipeline(Specs.graph("turns", workspace, List.of(script, consumer, consumer), "0>1", "0>2"))
                .id();
        assertIs("lines", verdicts(id).get(0));
        Files.createFile(go);
        await().atMost(SOON).until(() -> edges(id, EdgeLook.WAITING).stream()
                .allMatch(edge -> edge.verdict().orElseThrow().sampled()
                        && edge.verdict()
                                .orElseThrow()
                                .discernment()
                                .structure()
                                .equals("csv")));
        assertFalse(verdicts(id).get(0).sampled(), "nobody asked for what waits");
        stop(id);
    }

    @Test
    void withoutBytesOrNotAskedForThereIsNone() throws Exception {
        String id = daemon.room()
                .pipeline(
                        Specs.graph("idle", workspace, List.of("exec sleep 600", "exec cat", "exec cat"), "0>1", "0>2"))
                .id();
        for (EdgeLook look : EdgeLook.values()) {
            assertTrue(edges(id, look).stream().allMatch(edge -> edge.verdict().isEmpty()));
        }
        stop(id);
        assertTrue(edges(id, EdgeLook.FIRST).stream()
                .allMatch(edge -> edge.verdict().isEmpty()));
        String some = daemon.room()
                .pipeline(Specs.chain("some", workspace, source("csv"), "exec sleep 600"))
                .id();
        verdicts(some);
        assertTrue(daemon.room().pipeline(some).edges().get(0).verdict().isEmpty(), "nobody asked");
        stop(some);
    }

    /** Nobody asks while it runs; the next daemon tells the same. */
    @Test
    void theLastOnesAreToldAfterItsEnd() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            String other = own.room().workspace("own");
            List<String> scripts = List.of(
                    "cat " + file("lines") + " >&2; exec cat " + file("csv"),
                    "exec cat >/dev/null",
                    "cat >/dev/null; exit 3");
            PipelineSpec spec = Specs.graph("brief", other, scripts, "0>1", "0>2");
            List<Edge> edges = new ArrayList<>(spec.edges());
            edges.add(new Edge(0, "stderr", 1, "3", Shape.NEW));
            spec = PipelineSpec.of(spec.label(), spec.workspace(), spec.nodes(), edges);
            String ended = own.room().pipeline(spec).id();
            String waits = own.room()
                    .pipeline(spec.withLabel("waits").withRestart(true, U64.of(600_000), U64.of(600_000), 0))
                    .id();
            assertEquals(3, own.room().await(ended).status());
            await().atMost(SOON).until(() -> own.room().pipeline(waits).state() == JobState.BACKOFF);
            for (int daemons = 0; daemons < 2; daemons++) {
                for (String id : List.of(ended, waits)) {
                    List<EdgeStatus> seen = own.client()
                            .pipelines()
                            .discern(id, ANY, EdgeLook.FIRST)
                            .pipeline()
                            .edges();
                    assertIs("csv", seen.get(0).verdict().orElseThrow());
                    assertIs("csv", seen.get(1).verdict().orElseThrow());
                    assertFalse(seen.get(0).verdict().orElseThrow().sampled());
                    assertTrue(seen.get(2).verdict().isEmpty(), "a direct edge that nobody looked into");
                }
                assertTrue(own.cli("pipeline", "show", ended).out().contains("first " + Files.size(file("csv")) + "B"));
                if (daemons == 0) {
                    own.stop();
                    own.start();
                }
            }
            own.client().pipelines().stop(waits, ANY, Optional.empty());
        }
    }

    @Test
    void ofADirectEdgeTheOneIsKeptThatWasToldLast() throws Exception {
        String id = daemon.room()
                .pipeline(Specs.chain("asked", workspace, source("csv"), "exec sleep 600"))
                .id();
        EdgeVerdict seen = verdicts(id).get(0);
        stop(id);
        assertEquals(Optional.of(seen), edges(id, EdgeLook.FIRST).get(0).verdict());
        assertEquals(Optional.of(seen), edges(id, EdgeLook.WAITING).get(0).verdict());
    }

    @Test
    void theCommandLineShowsThem() throws Exception {
        List<String> scripts = List.of(source("lines"), "exec cat >/dev/null", "exec sleep 600");
        String id = daemon.room()
                .pipeline(Specs.graph("shown", workspace, scripts, "0>1", "0>2"))
                .id();
        verdicts(id);
        CliResult shown = daemon.cli("pipeline", "show", id);
        assertEquals(0, shown.status(), shown::toString);
        String line = "s0 [stdout]  s2 [stdin]  pumped  jsonl      application/x-ndjson  UTF-8     97%   first 53B";
        assertTrue(shown.out().contains(line), shown::out);
        assertTrue(daemon.cli("pipeline", "show", id, "--waiting").out().contains("waiting 53B"));
        CliResult json = daemon.cli("--json", "pipeline", "show", id);
        assertTrue(json.out().contains("\"media_type\": \"application/x-ndjson\""), json::out);
        stop(id);
    }
}
