package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RotatingFileTest {
    private static final Path PATH = Path.of("/state/audit.jsonl");

    private final MemoryFiles files = new MemoryFiles();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<String> text(String name) {
        return files.bytes(PATH.resolveSibling(name)).map(b -> new String(b, StandardCharsets.US_ASCII));
    }

    @Test
    void onlySoManyFilesOfThatSizeAreKept() throws IOException {
        try (RotatingFile file = new RotatingFile(files, PATH, 8, 3)) {
            for (int i = 0; i < 10; i++) {
                file.append(bytes("l" + i + "\n"));
            }
            assertEquals(Optional.of("l8\nl9\n"), text("audit.jsonl"));
            assertEquals(Optional.of("l6\nl7\n"), text("audit.jsonl.1"));
            assertEquals(Optional.of("l4\nl5\n"), text("audit.jsonl.2"));
            assertEquals(Optional.empty(), text("audit.jsonl.3"));
            assertEquals(List.of("l7", "l8", "l9"), file.tail(3));
            assertEquals(List.of("l4", "l5", "l6", "l7", "l8", "l9"), file.tail(100));
            assertEquals(List.of(), file.tail(0));
        }
    }

    @Test
    void oneFileAloneStartsAnew() throws IOException {
        try (RotatingFile file = new RotatingFile(files, PATH, 4, 1)) {
            file.append(bytes("one\n"));
            file.append(bytes("two\n"));
            assertEquals(List.of("two"), file.tail(5));
            assertEquals(Optional.empty(), text("audit.jsonl.1"));
        }
    }

    @Test
    void aLaterDaemonGoesOnBehindTheLastWholeLine() throws IOException {
        files.set(PATH, bytes("one\ntwo\nto"));
        try (RotatingFile file = new RotatingFile(files, PATH, 100, 2)) {
            assertEquals(List.of("one", "two"), file.tail(5));
            file.append(bytes("three\n"));
        }
        assertEquals(Optional.of("one\ntwo\nthree\n"), text("audit.jsonl"));
    }

    @Test
    void aFullDiskLeavesNoPartOfALineAndLaterOnesAreWritten() throws IOException {
        try (RotatingFile file = new RotatingFile(files, PATH, 100, 2)) {
            file.append(bytes("one\n"));
            files.fault((n, call, path) -> call.equals("write") ? MemoryFiles.Outcome.HALF : MemoryFiles.Outcome.PASS);
            assertThrows(IOException.class, () -> file.append(bytes("lost\n")));
            files.fault((n, call, path) -> MemoryFiles.Outcome.PASS);
            file.append(bytes("two\n"));
        }
        assertEquals(Optional.of("one\ntwo\n"), text("audit.jsonl"));
    }

    @Test
    void everyFaultOfARotationLosesNoOlderLine() throws IOException {
        for (int fault = 1; fault < 12; fault++) {
            MemoryFiles disk = new MemoryFiles();
            disk.set(PATH, bytes("b\n"));
            disk.set(PATH.resolveSibling("audit.jsonl.1"), bytes("a\n"));
            int at = fault;
            disk.fault((n, call, path) -> n == at ? MemoryFiles.Outcome.FAIL : MemoryFiles.Outcome.PASS);
            try (RotatingFile file = new RotatingFile(disk, PATH, 2, 3)) {
                append(file, "c\n");
                disk.fault((n, call, path) -> MemoryFiles.Outcome.PASS);
                file.append(bytes("d\n"));
                List<String> kept = file.tail(9);
                assertEquals("d", kept.get(kept.size() - 1), "fault " + fault);
                assertEquals(true, kept.contains("b"), "fault " + fault + " left " + kept);
            }
        }
    }

    private static void append(RotatingFile file, String line) {
        try {
            file.append(bytes(line));
        } catch (IOException e) {
            // The injected fault: what matters is what is left.
            assertEquals(true, e.getMessage().contains("Input/output"), e.getMessage());
        }
    }
}
