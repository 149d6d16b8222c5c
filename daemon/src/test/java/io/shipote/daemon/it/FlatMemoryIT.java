package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowCalls.TapPipelineOut;
import io.shipote.client.Frame;
import io.shipote.client.Upgraded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Much data through a tapped edge: the daemon keeps none of it. {@code -Dflow.gib=10} passes more (2 else).
 */
@Timeout(600)
class FlatMemoryIT {
    /** Room for the heap of a young virtual machine; a sixteenth of what passes, by far. */
    private static final long MOST_GROWTH_KIB = 96 << 10;

    private static final Optional<String> ANY = Optional.empty();
    private static final int GIB = Integer.getInteger("flow.gib", 2);

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

    private static long residentKib() {
        String line = Processes.read(Path.of("/proc/" + daemon.pid() + "/status"))
                .lines()
                .filter(one -> one.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** The tap reads nothing until all has passed. */
    private static void pass(String name, int gib) throws Exception {
        Path go = daemon.directory().resolve(name);
        long total = (long) gib << 30;
        String source = "until [ -e " + go + " ]; do sleep 0.05; done; exec head -c " + total + " /dev/zero";
        PipelineSpec spec = Specs.tapped(Specs.chain(name, workspace, source, "exec wc -c"));
        String id = daemon.room().pipeline(spec).id();
        try (Upgraded<TapPipelineOut> tap =
                daemon.client().pipelines().tap(new TapPipelineIn(id, ANY, "0", Optional.of(true), Optional.empty()))) {
            Files.createFile(go);
            WaitOut end = daemon.client()
                    .commands()
                    .awaitAsync(id, ANY)
                    .orTimeout(500, TimeUnit.SECONDS)
                    .join();
            assertEquals(0, end.status(), end::toString);
            long seen = 0;
            for (Frame frame = tap.stream().read();
                    !(frame instanceof Frame.End);
                    frame = tap.stream().read()) {
                seen += frame instanceof Frame.Data data ? data.bytes().length : ((Frame.Gap) frame).bytes();
            }
            assertEquals(total, seen);
        }
        assertEquals(total + "\n", daemon.room().outputs(id).get("s1"));
    }

    @Test
    void whatPassesATappedEdgeIsNotKept() throws Exception {
        // What is loaded once, and the table of types that verdicts need.
        pass("warm", 1);
        long before = residentKib();
        pass("much", GIB);
        long after = residentKib();
        System.out.printf("%d GiB: %d KiB resident before, %d after%n", GIB, before, after);
        assertTrue(after - before < MOST_GROWTH_KIB, List.of(before, after) + " KiB resident before and after");
    }
}
