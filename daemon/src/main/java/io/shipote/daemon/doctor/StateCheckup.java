package io.shipote.daemon.doctor;

import io.shipote.card.Problem;
import io.shipote.card.snapshot.Snapshot;
import io.shipote.card.snapshot.SnapshotException;
import io.shipote.core.DiskWatch;
import io.shipote.core.linux.FileLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The state on disk: whether it can be read, who holds it, and how much room there is. */
public final class StateCheckup implements Checkup {
    private static final long MIB = 1L << 20;
    /** The daemon's own log has no bound of its own: the one who starts it owns it. */
    private static final long LARGE_LOG = 64 * MIB;

    private final Path directory;
    private final Path log;
    private final DiskWatch.Marks marks;

    /** @param log of the daemon, as the command line starts it */
    public StateCheckup(Path directory, Path log, DiskWatch.Marks marks) {
        this.directory = directory;
        this.log = log;
        this.marks = marks;
    }

    @Override
    public String name() {
        return "state";
    }

    @Override
    public List<Finding> look(boolean fix) throws IOException {
        List<Finding> found = new ArrayList<>();
        found.add(snapshot());
        found.add(lock());
        found.add(disk());
        if (Files.exists(log) && Files.size(log) > LARGE_LOG) {
            found.add(Finding.warning(
                    "log", log + " has " + Files.size(log) / MIB + " MiB", "empty it (truncate -s 0) when you like"));
        }
        return found;
    }

    private Finding snapshot() throws IOException {
        Path file = directory.resolve("state.json");
        try {
            List<Problem> problems = Snapshot.decode(Files.readAllBytes(file)).problems();
            return problems.isEmpty()
                    ? Finding.ok(name(), file + " can be read")
                    : Finding.warning(
                            name(),
                            file + ": " + problems.size() + " entries are set aside, the first is " + problems.get(0),
                            "see them all: shipote snapshot verify");
        } catch (NoSuchFileException e) {
            return Finding.ok(name(), file + " is not there yet");
        } catch (SnapshotException e) {
            return Finding.problem(
                    name(),
                    file + " cannot be read: " + e.getMessage(),
                    "go on from the newest good generation: shipote daemon start --recover");
        }
    }

    private Finding lock() {
        Path file = directory.resolve("daemon.lock");
        return FileLock.held(file)
                .map(held -> Finding.ok("lock", held ? "a daemon holds " + file : "nobody holds " + file))
                .orElse(Finding.ok("lock", file + " is not there yet"));
    }

    private Finding disk() throws IOException {
        Path there = directory;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        DiskWatch.Free free = DiskWatch.Free.of(Files.getFileStore(there));
        String text = free.bytes() / MIB + " MiB of " + free.total() / MIB + " are free at " + there;
        return switch (marks.of(free.bytes(), free.total())) {
            case OK -> Finding.ok("disk", text);
            case LOW -> Finding.warning("disk", text + ": logs are kept shorter", "make room (shipote prune helps)");
            case CRITICAL ->
                Finding.problem("disk", text + ": nothing new is started", "make room (shipote prune helps)");
        };
    }
}
