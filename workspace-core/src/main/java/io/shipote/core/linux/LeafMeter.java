package io.shipote.core.linux;

/**
 * One run by its leaf. What the leaf's hierarchy does not count (in a hybrid layout memory and disks) is summed up over
 * its processes, which is dear, and so done only when the whole is wanted. Confined to the sampler's thread.
 */
final class LeafMeter implements Meter {
    private final UsageFiles leaf;
    private final KeptFiles files;
    private final KeptFile procs;
    private final ProcReader proc;
    private final Usage sum = new Usage();

    LeafMeter(UsageFiles leaf, KeptFiles files, KeptFile procs, ProcReader proc) {
        this.leaf = leaf;
        this.files = files;
        this.procs = procs;
        this.proc = proc;
    }

    @Override
    public void read(Usage into, boolean whole) throws ErrnoException {
        leaf.read(into, whole);
        if (!whole || leaf.counts(Figure.MEMORY)) {
            return;
        }
        sum.clear();
        long offset = 0;
        while (files.read(procs, offset) && files.text().length() > 0) {
            offset += files.text().length();
            addPids();
        }
        into.set(Figure.MEMORY, sum.get(Figure.MEMORY));
        into.raise(Figure.MEMORY_PEAK, sum.get(Figure.MEMORY));
        into.raise(Figure.IO_READ, sum.get(Figure.IO_READ));
        into.raise(Figure.IO_WRITE, sum.get(Figure.IO_WRITE));
    }

    private void addPids() {
        FigureText text = files.text();
        do {
            long pid = text.number();
            // 0 stands for a process that our pid namespace cannot see.
            if (pid > 0) {
                long resident = proc.residentBytes((int) pid);
                if (resident != Usage.UNKNOWN) {
                    sum.add(Figure.MEMORY, resident);
                    proc.addIo((int) pid, sum);
                }
            }
        } while (text.nextLine());
    }

    @Override
    public void close() {
        leaf.close();
        files.close(procs);
    }
}
