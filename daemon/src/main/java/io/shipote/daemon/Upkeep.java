package io.shipote.daemon;

import io.shipote.core.DiskWatch;
import io.shipote.core.Host;
import io.shipote.core.LogBounds;
import io.shipote.core.Pruner;
import io.shipote.core.Worker;
import io.shipote.core.Workspaces;
import io.shipote.core.store.RunRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What keeps the state directory from growing without end: pruning, bounds of logs, and an eye on the disk. Loop only. */
public final class Upkeep {
    private final Pruner pruner;
    private final LogBounds logs;
    private final DiskWatch disk;

    Upkeep(Host host, DiskWatch.Marks marks, Workspaces workspaces, RunRecords records, Path state, Worker files) {
        this.pruner = new Pruner(host, workspaces);
        this.disk = new DiskWatch(host, files, marks, () -> DiskWatch.Free.of(Files.getFileStore(state)));
        this.logs = new LogBounds(
                host,
                workspaces,
                records,
                files,
                () -> disk.level() == DiskWatch.Level.OK
                        ? host.retention()
                        : host.retention().scarce());
        disk.whenLow(logs::hurry);
    }

    /** Begins to watch the disk and the logs. */
    void start() {
        disk.start();
        logs.start();
    }

    /** All jobs are known again: what is too old may go. */
    void restored() {
        pruner.start();
    }

    public Pruner pruner() {
        return pruner;
    }

    public DiskWatch disk() {
        return disk;
    }

    /** What does not work as it should, in words. */
    public List<String> degraded() {
        return Stream.concat(disk.complaint().stream(), logs.refusal().stream()).toList();
    }
}
