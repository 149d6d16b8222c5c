package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.shipote.card.CommandId;
import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run records on a real disk. */
class RunRecordsIT {
    @TempDir
    private Path dir;

    @Test
    void whatWasCutShortGoesAndWhatCannotGoKeepsNobodyFromStarting() throws IOException {
        WorkspaceId workspace = WorkspaceId.parse("01J00000000000000000000001");
        RunId kept = RunId.parse("01J00000000000000000000002");
        RunRecords records = new RunRecords(dir, new DiskFiles());
        RunRecord record = RunRecord.launching(
                "boot", kept, new CommandId(kept.text()), workspace, "x", List.of("true"), Optional.empty(), 0, 1);
        records.create(record);
        Path bare = dir.resolve("runs/01J00000000000000000000001/01J00000000000000000000003");
        Path full = dir.resolve("runs/01J00000000000000000000001/01J00000000000000000000004/dump");
        Path unknown = dir.resolve("runs/01J00000000000000000000005/01J00000000000000000000006");
        for (Path directory : List.of(bare, full, unknown)) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("out"), "output");
        }
        assertEquals(List.of(record), records.tidied(run -> false));
        assertFalse(Files.exists(bare));
        assertEquals("output", Files.readString(full.resolve("out")));
        assertFalse(Files.exists(unknown.getParent()), "the workspace of which there was nothing else");
        assertEquals(List.of(record), records.tidied(run -> false));
    }

    @Test
    void directoriesArePrivateAndAWorkspaceGoesWithAllOfIt() throws IOException {
        WorkspaceId workspace = WorkspaceId.parse("01J00000000000000000000001");
        RunId run = RunId.parse("01J00000000000000000000002");
        RunRecords records = new RunRecords(dir, new DiskFiles());
        assertEquals(List.of(), records.scan());
        RunRecord record = RunRecord.launching(
                "boot", run, new CommandId(run.text()), workspace, "x", List.of("true"), Optional.empty(), 0, 1);
        records.create(record);
        Files.writeString(records.out(workspace, run), "output");
        assertEquals("rwx------", DiskFilesIT.mode(records.directory(workspace, run)));
        assertEquals(Optional.of(record), records.scan().get(0).record());
        Files.writeString(dir.resolve("runs/stray"), "a file where a directory belongs");
        assertEquals(2, records.scan().size());
        records.delete(workspace);
        assertFalse(Files.exists(dir.resolve("runs").resolve(workspace.text())));
    }
}
