package io.shipote.core.store;

import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories {@code runs/<workspace>/<run>}, each with the run's record and its output. Only ids form paths, so a
 * label cannot lead out of here. Blocking; for several threads, but what concerns one run only by one at a time.
 *
 * <p>Records are not synced: they must outlive the daemon, not the kernel. After a loss of power they speak of another
 * boot, so of processes that are gone, and an empty or old one is history like the rest.
 */
public final class RunRecords {
    /** The largest record that is read, in bytes: the arguments of a process have a bound of 2 MiB and some escaping. */
    public static final long MAX_RECORD_BYTES = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RunRecords.class);
    private static final String RECORD = "run.json";

    private final Path root;
    private final StoreFiles files;
    private final RunRecordFile recordFile;

    /**
     * What a scan found: a record, or a warning about a directory without a readable one.
     *
     * @param directory the run's directory, or what stands in the place of one
     * @param bare whether it is the directory of a run, and there is no record in it at all
     */
    public record Found(Path directory, Optional<RunRecord> record, Optional<String> warning, boolean bare) {}

    public RunRecords(Path stateDir, StoreFiles files) {
        this.root = stateDir.resolve("runs");
        this.files = files;
        this.recordFile = new RunRecordFile(files);
    }

    public Path directory(WorkspaceId workspace, RunId run) {
        return root.resolve(workspace.text()).resolve(run.text());
    }

    /** Where the run's standard output goes. */
    public Path out(WorkspaceId workspace, RunId run) {
        return directory(workspace, run).resolve("out");
    }

    /** Where the run's standard error goes. */
    public Path err(WorkspaceId workspace, RunId run) {
        return directory(workspace, run).resolve("err");
    }

    /** Makes the run's directory, mode 0700, and writes the record. */
    public void create(RunRecord record) throws IOException {
        files.makeDirs(directory(record.workspace(), record.run()));
        recordFile.replace(path(record), RunRecordText.encode(record));
    }

    /** Takes the place of the record before; for a reader it is always whole. */
    public void write(RunRecord record) throws IOException {
        recordFile.append(path(record), RunRecordText.encode(record));
    }

    private Path path(RunRecord record) {
        return directory(record.workspace(), record.run()).resolve(RECORD);
    }

    /** All runs in the order of their ids, by workspace. What cannot be read is reported and left alone. */
    public List<Found> scan() throws IOException {
        List<Found> found = new ArrayList<>();
        for (String workspace : files.list(root)) {
            Path directory = root.resolve(workspace);
            try {
                WorkspaceId id = WorkspaceId.parse(workspace);
                for (String run : files.list(directory)) {
                    found.add(read(id, directory.resolve(run)));
                }
            } catch (IllegalArgumentException | IOException e) {
                found.add(bad(directory, e));
            }
        }
        return found;
    }

    private Found read(WorkspaceId workspace, Path directory) {
        try {
            RunId run = RunId.parse(directory.getFileName().toString());
            Optional<byte[]> text = files.read(directory.resolve(RECORD), MAX_RECORD_BYTES);
            if (text.isEmpty()) {
                return new Found(directory, Optional.empty(), Optional.of(directory + ": no " + RECORD), true);
            }
            RunRecord record = RunRecordFile.last(text.get());
            if (!record.run().equals(run) || !record.workspace().equals(workspace)) {
                // Believed, it would be written and deleted elsewhere.
                throw new IOException("it is the record of " + record.workspace() + "/" + record.run());
            }
            return new Found(directory, Optional.of(record), Optional.empty(), false);
        } catch (IllegalArgumentException | IOException e) {
            return bad(directory, e);
        }
    }

    private static Found bad(Path directory, Exception why) {
        return new Found(directory, Optional.empty(), Optional.of(directory + ": " + why.getMessage()), false);
    }

    /**
     * All records that can be read, in the order of their runs by workspace. What launches and deletions that were cut short
     * have left is removed; what cannot be read or removed is logged and stays, and keeps nobody from starting.
     *
     * @param alive whether there is a process of the run with this id
     */
    public List<RunRecord> tidied(Predicate<String> alive) throws IOException {
        List<RunRecord> all = new ArrayList<>();
        Set<Path> emptied = new LinkedHashSet<>();
        for (Found found : scan()) {
            if (found.bare() && removed(found, alive)) {
                emptied.add(found.directory().getParent());
                continue;
            }
            found.warning().ifPresent(LOG::warn);
            found.record().ifPresent(all::add);
        }
        for (Path workspace : emptied) {
            // If nobody knows the workspace, nobody else will.
            if (files.list(workspace).isEmpty()) {
                files.delete(workspace);
            }
        }
        return all;
    }

    private boolean removed(Found bare, Predicate<String> alive) {
        try {
            boolean gone = deleteBare(bare, alive);
            if (gone) {
                LOG.info("{} was left behind before its run began, or after it was deleted: removed", bare.directory());
            }
            return gone;
        } catch (IOException e) {
            LOG.warn("{} was left behind and cannot be removed", bare.directory(), e);
            return false;
        }
    }

    /**
     * Deletes the directory of a run that has no record: its launch was cut short before the process was made, or its
     * deletion before the end. Not while a process says that it is this run.
     *
     * @param alive whether there is a process of the run with this id
     * @return whether it is gone
     */
    boolean deleteBare(Found found, Predicate<String> alive) throws IOException {
        if (!found.bare() || alive.test(found.directory().getFileName().toString())) {
            return false;
        }
        deleteRun(found.directory());
        return true;
    }

    /** Deletes all runs of the workspace with their output. */
    public void delete(WorkspaceId workspace) throws IOException {
        Path directory = root.resolve(workspace.text());
        for (String run : files.list(directory)) {
            deleteRun(directory.resolve(run));
        }
        files.delete(directory);
    }

    /** Deletes the run with its output. */
    public void delete(WorkspaceId workspace, RunId run) throws IOException {
        deleteRun(directory(workspace, run));
    }

    private void deleteRun(Path directory) throws IOException {
        for (String name : files.list(directory)) {
            // The record last: a run that is half deleted is still known as one.
            if (!name.equals(RECORD)) {
                files.delete(directory.resolve(name));
            }
        }
        files.delete(directory.resolve(RECORD));
        files.delete(directory);
    }
}
