package io.shipote.daemon.doctor;

import io.shipote.core.UnwatchedRuns;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.FileLock;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.EntryKeys;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import io.shipote.core.store.StateUnreadableException;
import io.shipote.core.store.Stored;
import io.shipote.core.store.WayBack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What runs although the state does not know its workspace, as a rollback leaves it: no daemon watches it. */
public final class UnwatchedCheckup implements Checkup {
    /** A daemon that runs may be between two writes that belong together. */
    private static final int TRIES = 5;

    private final Path directory;
    private final CgroupHost cgroups;
    private final EntryKeys keys;
    private final ProcFiles proc = new ProcFiles();

    /** @param directory of the state */
    public UnwatchedCheckup(Path directory, CgroupHost cgroups, EntryKeys keys) {
        this.directory = directory;
        this.cgroups = cgroups;
        this.keys = keys;
    }

    @Override
    public String name() {
        return "unwatched";
    }

    @Override
    public List<Finding> look(boolean fix) throws IOException {
        List<Finding> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            UnwatchedRuns unwatched = unwatched();
            unwatched.workspaces().forEach((workspace, runs) -> {
                String text = "workspace " + workspace + " is not in the state, and what runs in it is not watched: "
                        + String.join(", ", runs.processes());
                found.add(Finding.warning(name(), text, runs.advice()));
            });
        }
        if (found.isEmpty()) {
            found.add(Finding.ok(name(), "nothing runs in workspaces that the state does not know"));
        }
        return found;
    }

    private UnwatchedRuns unwatched() throws IOException {
        RunCensus census = new RunCensus(cgroups.ownedBy(directory.toRealPath()));
        // Before the state is read: what is found was started after its workspace was on disk.
        List<RunCensus.Living> living =
                census.take().values().stream().filter(one -> ours(census, one)).toList();
        if (living.isEmpty()) {
            return UnwatchedRuns.NONE;
        }
        Predicate<String> known = known();
        return UnwatchedRuns.among(
                // And after it has been read: a workspace goes after what ran in it.
                living.stream().filter(this::alive).toList(),
                known,
                pipeline -> true,
                proc,
                new WayBack(directory, new DiskFiles()),
                FileLock.held(directory.resolve("daemon.lock")).orElse(false));
    }

    /** Without groups the runs of a daemon with another state directory look the same; their records are there. */
    private boolean ours(RunCensus census, RunCensus.Living one) {
        return census.owns(one)
                || Files.exists(
                        directory.resolve("runs").resolve(one.workspace()).resolve(one.run()));
    }

    private boolean alive(RunCensus.Living one) {
        return proc.identity(one.main().pid()).filter(one.main()::equals).isPresent();
    }

    /** An entry that cannot be read may still tell of the workspace. */
    private Predicate<String> known() throws IOException {
        List<Stored> entries = entries(TRIES);
        return id -> entries.stream()
                .anyMatch(entry -> entry.key().equals(id)
                        || entry.key().startsWith("#")
                                && new String(entry.bytes(), StandardCharsets.UTF_8).contains(id));
    }

    private List<Stored> entries(int tries) throws IOException {
        try {
            return StateStore.look(directory, new DiskFiles(), keys, Section.WORKSPACES);
        } catch (StateUnreadableException e) {
            if (tries == 1) {
                throw e;
            }
            return entries(tries - 1);
        }
    }
}
