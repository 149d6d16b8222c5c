package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CommandId;
import io.shipote.card.ExitStatus;
import io.shipote.card.PipelineId;
import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Run records, one by one and as a scan finds them. */
class RunRecordsTest {
    private static final WorkspaceId WS = WorkspaceId.parse("01J00000000000000000000001");
    private static final RunId RUN = RunId.parse("01J00000000000000000000002");
    private static final CommandId COMMAND = CommandId.parse("01J00000000000000000000003");
    private static final PipelineId PIPELINE = PipelineId.parse("01J00000000000000000000004");
    private static final Path RUNS = StoreRig.DIR.resolve("runs");

    private final MemoryFiles files = new MemoryFiles();
    private final RunRecords records = new RunRecords(StoreRig.DIR, files);

    private static RunRecord launching(RunId run, String label) {
        return RunRecord.launching(
                "boot", run, COMMAND, WS, label, List.of("sh", "-c", "é \" \n"), Optional.of("/tmp"), 2, 1000);
    }

    private static ObjectNode card() {
        return (ObjectNode)
                CardJson.parse("{\"nodes\": [{\"n\": 18446744073709551615}]}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("A2, A3a every phase survives a round trip, in all fields")
    void everyPhaseSurvivesARoundTrip() throws IOException {
        RunRecord launching = launching(RUN, "web");
        RunRecord running = launching
                .ofPipeline(PIPELINE, Optional.of(card()))
                .withCgroup("/a/b")
                .running(42, 4711);
        RunRecord ended = running.withRetries(4, 3, Optional.of(3000L))
                .withTotals(new RunTotals(Optional.of(5L), Optional.of(6L), Optional.of(7L), Optional.empty()))
                .withVerdicts(card().withArray("nodes"))
                .holding(PIPELINE, card());
        assertEquals(RunPhase.LAUNCHING, launching.phase());
        assertEquals(3, launching.attempt());
        records.create(launching);
        for (RunRecord record : List.of(
                launching,
                running,
                ended.ended(2000, new ExitStatus.Exited(3), "itself"),
                ended.ended(2000, new ExitStatus.Signalled(15, true), "user"),
                ended.ended(2000, new ExitStatus.NotStarted(2, "/x"), "itself"),
                ended.ended(2000, new ExitStatus.OomKilled(), "itself"),
                ended.ended(2000, new ExitStatus.Unknown(), "itself"),
                ended.withRetries(10, 2, Optional.of(3_000L)))) {
            records.write(record);
            assertEquals(
                    List.of(new RunRecords.Found(
                            records.directory(WS, RUN), Optional.of(record), Optional.empty(), false)),
                    records.scan());
        }
    }

    @Test
    void unknownKeysAreIgnored() throws IOException {
        records.create(launching(RUN, "web"));
        Path path = records.directory(WS, RUN).resolve("run.json");
        String text = StoreRig.text(files.bytes(path).orElseThrow());
        files.set(path, ("{\"later\": {\"x\": [1]}," + text.substring(1)).getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.of(launching(RUN, "web")), records.scan().get(0).record());
    }

    @Test
    void b27_aLabelNeverFormsAPath() throws IOException {
        records.create(launching(RUN, "../../../etc/x y"));
        Path directory = records.directory(WS, RUN);
        assertEquals(RUNS.resolve(WS.text()).resolve(RUN.text()), directory);
        assertEquals(directory.resolve("out"), records.out(WS, RUN));
        assertEquals(directory.resolve("err"), records.err(WS, RUN));
        assertEquals(List.of("runs"), files.list(StoreRig.DIR));
        assertThrows(IllegalArgumentException.class, () -> RunId.parse("../../../../../../etc/xxxx"));
    }

    @Test
    @DisplayName("B1, B3 what cannot be read is a warning, and the rest is found")
    void whatCannotBeReadIsAWarningAndTheRestIsFound() throws IOException {
        RunId other = RunId.parse("01J00000000000000000000009");
        records.create(launching(RUN, "good"));
        String good = StoreRig.text(
                files.bytes(records.directory(WS, RUN).resolve("run.json")).orElseThrow());
        int bad = 0;
        for (String text : List.of(
                "", "{", "[]", "{}", good, good.replace("\"launching\"", "\"dancing\""), good.replace("1000", "-1"))) {
            files.set(
                    RUNS.resolve(WS.text()).resolve(other.text()).resolve("run.json"),
                    text.getBytes(StandardCharsets.UTF_8));
            List<RunRecords.Found> found = records.scan();
            assertEquals(2, found.size());
            assertTrue(found.get(0).record().isPresent());
            assertTrue(found.get(1).warning().orElseThrow().contains(other.text()), text);
            assertFalse(found.get(1).record().isPresent());
            bad++;
        }
        assertEquals(7, bad);
        files.set(RUNS.resolve("stranger").resolve("x"), new byte[0]);
        files.set(RUNS.resolve(WS.text()).resolve("stranger").resolve("x"), new byte[0]);
        files.set(
                records.directory(WS, RunId.parse("01J00000000000000000000008")).resolve("out"), new byte[0]);
        assertEquals(5, records.scan().size());
        assertEquals(
                1, records.scan().stream().filter(f -> f.record().isPresent()).count());
    }

    @Test
    void aWriterThatDiesLeavesTheOldRecordWhole() throws IOException {
        RunRecord before = launching(RUN, "web");
        records.create(before);
        for (Outcome outcome : List.of(Outcome.FAIL, Outcome.HALF)) {
            // To open the file, and to write.
            for (int n = 1; n <= 2; n++) {
                int at = n;
                files.fault((i, call, path) -> i < at ? Outcome.PASS : i == at ? outcome : Outcome.FAIL);
                assertThrows(IOException.class, () -> records.write(before.running(7, 8)));
                MemoryFiles left = files.after(Crash.KILL);
                RunRecord found = new RunRecords(StoreRig.DIR, left)
                        .scan()
                        .get(0)
                        .record()
                        .orElseThrow();
                assertTrue(found.equals(before) || found.equals(before.running(7, 8)));
            }
        }
    }

    @Test
    void aRecordThatWasCutShortIsPassedOver() throws IOException {
        RunRecord running = launching(RUN, "web").running(7, 8);
        RunRecord ended = running.ended(2000, new ExitStatus.Exited(3), "itself");
        records.create(launching(RUN, "web"));
        records.write(running);
        Path path = records.directory(WS, RUN).resolve("run.json");
        byte[] before = files.bytes(path).orElseThrow();
        records.write(ended);
        byte[] whole = files.bytes(path).orElseThrow();
        for (int length = before.length; length < whole.length; length++) {
            files.set(path, Arrays.copyOf(whole, length));
            assertEquals(Optional.of(running), records.scan().get(0).record(), "cut at " + length);
            records.write(ended);
            assertEquals(Optional.of(ended), records.scan().get(0).record(), "and written again");
        }
    }

    @Test
    void aRecordThatIsWrittenOftenDoesNotGrow() throws IOException {
        records.create(launching(RUN, "web"));
        Path path = records.directory(WS, RUN).resolve("run.json");
        for (int attempt = 1; attempt <= 1_000; attempt++) {
            RunRecord record = launching(RUN, "web").withRetries(attempt, 0, Optional.empty());
            records.write(record);
            assertEquals(Optional.of(record), records.scan().get(0).record());
            assertTrue(files.bytes(path).orElseThrow().length <= RunRecordFile.MAX_BYTES);
        }
        assertEquals(List.of("run.json"), files.list(records.directory(WS, RUN)));
    }

    @Test
    void deletingRemovesTheRunWithItsOutputOrAllOfAWorkspace() throws IOException {
        RunId other = RunId.parse("01J00000000000000000000009");
        records.create(launching(RUN, "one"));
        records.create(launching(other, "two"));
        files.set(records.out(WS, RUN), new byte[10]);
        records.delete(WS, RUN);
        assertEquals(1, records.scan().size());
        records.delete(WS);
        records.delete(WS);
        assertEquals(List.of(), files.list(StoreRig.DIR));
    }

    @Test
    void aHistoryIsReadAsWritten() throws IOException {
        HistoryFiles history = new HistoryFiles(StoreRig.DIR, files);
        assertEquals(Optional.empty(), history.read(WS));
        history.write(WS, new byte[] {1});
        history.write(WS, new byte[] {2});
        assertEquals(2, history.read(WS).orElseThrow()[0]);
        assertEquals(List.of(WS.text()), files.list(StoreRig.DIR.resolve("history")));
        for (String beside : List.of(WS.text() + ".tmp-1f", "notes", "notes.tmp-1f")) {
            files.create(StoreRig.DIR.resolve("history").resolve(beside)).close();
        }
        assertEquals(List.of(WS), history.all());
        assertEquals(
                List.of(WS.text(), "notes", "notes.tmp-1f"),
                files.list(StoreRig.DIR.resolve("history")),
                "only what a writer of a history has left is removed");
        history.delete(WS);
        assertEquals(Optional.empty(), history.read(WS));
    }

    @Test
    void aRunWithoutARecordIsDeletedUnlessItsProcessLives() throws IOException {
        files.makeDirs(records.directory(WS, RUN));
        files.create(records.out(WS, RUN)).close();
        RunRecords.Found bare = records.scan().get(0);
        assertTrue(bare.bare());
        assertFalse(records.deleteBare(bare, RUN.text()::equals));
        assertEquals(1, records.scan().size());
        assertTrue(records.deleteBare(bare, run -> false));
        assertEquals(List.of(), records.scan());
        records.create(launching(RUN, "web"));
        assertFalse(records.deleteBare(records.scan().get(0), run -> false));
        assertEquals(1, records.scan().size());
    }
}
