package io.shipote.daemon.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.ManualLoop;
import io.shipote.core.Worker;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.RotatingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log over a real file: what it cannot take is counted, in its place. */
class AuditLogIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ManualLoop loop = new ManualLoop();
    private final Worker worker = new Worker("audit", 8, loop);

    private AuditLog log(Path file) {
        return new AuditLog(loop, worker, new RotatingFile(new DiskFiles(), file, 1L << 30, 2));
    }

    private static AuditLine line(long number) {
        return AuditLine.ofDaemon(0).put("act", "test").put("number", number);
    }

    private void flush(AuditLog log) {
        boolean[] done = new boolean[1];
        log.flush(() -> done[0] = true);
        loop.awaitUntil(() -> done[0], LIMIT);
    }

    @Test
    void whatComesTooFastIsCountedAndTheRestIsInOrder(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        AuditLog log = log(file);
        int total = AuditLog.MAX_WAITING + 500;
        for (int i = 0; i < total; i++) {
            log.add(line(i));
        }
        worker.start();
        flush(log);
        log.add(line(total));
        flush(log);
        List<String> lines = Files.readAllLines(file);
        // One batch was on its way while the others waited.
        assertEquals(AuditLog.MAX_WAITING + 1 + 2, lines.size());
        assertTrue(lines.get(AuditLog.MAX_WAITING).endsWith("\"number\":" + AuditLog.MAX_WAITING + "}"));
        assertTrue(lines.get(AuditLog.MAX_WAITING + 1).contains("\"act\":\"audit.gap\",\"lost\":499,"));
        assertTrue(lines.get(AuditLog.MAX_WAITING + 2).endsWith("\"number\":" + total + "}"));
        worker.close();
    }

    @Test
    void aTailHasWhatStillWaitsOnceAndWaitsForNothingLater(@TempDir Path directory) {
        AuditLog log = log(directory.resolve("audit.jsonl"));
        for (int i = 0; i < 5; i++) {
            log.add(line(i));
        }
        List<Integer> tail = new ArrayList<>();
        log.tail(3, read -> read.lines()
                .forEach(one -> tail.add(one.path("number").asInt())));
        log.add(line(5));
        worker.start();
        loop.awaitUntil(() -> !tail.isEmpty(), LIMIT);
        assertEquals(List.of(2, 3, 4), tail);
        flush(log);
        worker.close();
    }

    @Test
    void whatCouldNotBeWrittenIsCountedAndTheDaemonGoesOn(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing");
        Path file = missing.resolve("audit.jsonl");
        AuditLog log = log(file);
        worker.start();
        log.add(line(1));
        flush(log);
        log.add(line(2));
        flush(log);
        Files.createDirectory(missing);
        log.add(line(3));
        flush(log);
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("\"act\":\"audit.gap\",\"lost\":2,"), lines::toString);
        List<Integer> tail = new ArrayList<>();
        log.tail(1, read -> tail.add(read.lines().get(0).path("number").asInt()));
        loop.awaitUntil(() -> !tail.isEmpty(), LIMIT);
        assertEquals(List.of(3), tail);
        worker.close();
    }
}
