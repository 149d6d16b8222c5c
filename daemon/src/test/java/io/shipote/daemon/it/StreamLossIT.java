package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.U64;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Consumers of stream edges that die again and again. They read byte by byte, as {@code read} of sh(1) does from a pipe, and so
 * have read nothing that they have not also written down: whatever else were missing would have been lost in the pipe.
 */
@Timeout(240)
class StreamLossIT {
    private static final int LINES = 600;

    private static DaemonHarness daemon;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        workspace = daemon.room().workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    /** Dies after each {@code lines} of them. */
    private static String mortal(Path file, int lines) {
        return "n=0; while read -r l; do echo \"$l\" >>" + file + "; n=$((n+1)); [ $n -lt " + lines
                + " ] || kill -9 $$; done";
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true"})
    void nothingThatWaitsInThePipeIsLost(boolean tap, boolean fan) throws Exception {
        EdgeOptions stream =
                new EdgeOptions(EdgeOptions.Mode.STREAM, EdgeOptions.Merge.LINES, Optional.of(4_096L), tap);
        List<Path> files = List.of(file("a" + tap + fan), file("b" + tap + fan));
        List<String> scripts = fan
                ? List.of("seq 1 " + LINES, mortal(files.get(0), 60), mortal(files.get(1), 100))
                : List.of("seq 1 " + LINES, mortal(files.get(0), 60));
        PipelineSpec plain =
                Specs.graph("mortal", workspace, scripts, fan ? new String[] {"0>1", "0>2"} : new String[] {"0>1"});
        PipelineSpec spec = PipelineSpec.of(
                        plain.label(),
                        plain.workspace(),
                        plain.nodes(),
                        plain.edges().stream()
                                .map(edge -> edge.withOptions(stream))
                                .toList())
                .withOptions(PipelineOptions.DEFAULT.withScope(PipelineOptions.Scope.STAGE))
                .withRestart(true, U64.of(1), U64.of(20), 0);
        String id = daemon.room().pipeline(spec).id();
        assertEquals(0, daemon.room().await(id).status(), () -> daemon.room()
                .pipeline(id)
                .toString());
        String all = IntStream.rangeClosed(1, LINES).mapToObj(n -> n + "\n").collect(Collectors.joining());
        assertEquals(all, Files.readString(files.get(0)));
        if (fan) {
            assertEquals(all, Files.readString(files.get(1)));
        }
        assertTrue(daemon.room().pipeline(id).restarts() >= LINES / 60, "it has died often");
    }

    private static Path file(String name) {
        return daemon.directory().resolve(name);
    }
}
