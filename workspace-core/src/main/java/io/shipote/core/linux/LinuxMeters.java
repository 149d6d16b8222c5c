package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.List;

/** The meters of this host: kept-open files of groups, and one look at {@code /proc} per round for all runs without. */
public final class LinuxMeters implements Meters, AutoCloseable {
    private final KeptFiles files;
    private final ProcReader proc;
    private final ProcScan scan;

    public LinuxMeters(KeptFiles files) {
        this(files, Path.of("/proc"));
    }

    /** The same over another {@code /proc}. */
    public LinuxMeters(KeptFiles files, Path procRoot) {
        this.files = files;
        this.proc = new ProcReader(procRoot);
        this.scan = new ProcScan(procRoot, proc);
    }

    @Override
    public void begin() {
        scan.outdate();
    }

    @Override
    public Meter open(UsageSource source) {
        if (source instanceof UsageSource.Groups groups) {
            return new UsageFiles(files, groups.directories(), true);
        }
        UsageSource.Tree tree = (UsageSource.Tree) source;
        if (tree.leaf().isPresent()) {
            UsageFiles leaf = new UsageFiles(files, List.of(tree.leaf().get()), false);
            return new LeafMeter(leaf, files, new KeptFile(tree.leaf().get().resolve(GroupDir.PROCS)), proc);
        }
        return scan.meter(tree);
    }

    @Override
    public void close() {
        files.close();
    }
}
