package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One look at all processes for all runs that have no group, at about 10 µs a process. A process belongs to a run if it
 * is its first one or in the session of that, if its parent does, if it did at the look before, or if the run is in its
 * environment; that is looked at once for each process, and once more when there are new runs.
 *
 * <p>Confined to the sampler's thread.
 */
final class ProcScan {
    private static final byte[] STAT = ProcReader.name("/stat");
    private static final byte[] ENVIRON = ProcReader.name("/environ");
    private static final byte[] RUN =
            (Containment.RUN_VARIABLE + "=").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    /** Offsets in struct linux_dirent64; see getdents(2). */
    private static final int RECORD_LENGTH = 16;

    private static final int NAME = 19;

    private final ProcReader proc;
    private final byte[] root;
    private final FigureText directory = new FigureText();
    private final List<ScanMeter> members = new ArrayList<>();
    private final Usage io = new Usage();
    private ProcTable now = new ProcTable();
    private ProcTable before = new ProcTable();
    private boolean current;
    private boolean newMembers;

    ProcScan(Path root, ProcReader proc) {
        this.root = CString.of(root);
        this.proc = proc;
    }

    ScanMeter meter(UsageSource.Tree tree) {
        ScanMeter meter = new ScanMeter(this, tree);
        members.add(meter);
        newMembers = true;
        current = false;
        return meter;
    }

    void forget(ScanMeter meter) {
        members.remove(meter);
        disown(now, meter);
        disown(before, meter);
    }

    private static void disown(ProcTable table, ScanMeter meter) {
        for (int row = 0; row < table.rows(); row++) {
            if (table.owner[row] == meter) {
                table.owner[row] = null;
            }
        }
    }

    /** The next {@link #look} is a new one. */
    void outdate() {
        current = false;
    }

    /** Looks, unless that has been done since {@link #outdate}. */
    void look() throws ErrnoException {
        if (current) {
            return;
        }
        ProcTable last = now;
        now = before;
        before = last;
        now.clear();
        list();
        attribute();
        for (int i = 0; i < members.size(); i++) {
            members.get(i).reset();
        }
        for (int row = 0; row < now.rows(); row++) {
            ScanMeter owner = now.owner[row];
            if (owner != null && now.live[row]) {
                owner.processes++;
                owner.cpuTicks += now.cpuTicks[row];
                owner.bytes += now.pages[row] * proc.pageBytes();
            }
        }
        current = true;
        newMembers = false;
    }

    private void list() throws ErrnoException {
        int fd = LibC.open(root, LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new ErrnoException("open", "/proc", LibC.errno());
        }
        try {
            while (directory.readDirectory(fd) > 0) {
                for (int at = 0; at < directory.length(); at += directory.shortAt(at + RECORD_LENGTH)) {
                    directory.seek(at + NAME);
                    long pid = directory.number();
                    if (pid > 0) {
                        add((int) pid);
                    }
                }
            }
        } finally {
            LibC.close(fd);
        }
    }

    /** Fields as in proc_pid_stat(5), after the name, which may hold anything. */
    private void add(int pid) {
        if (!proc.read(pid, STAT)) {
            return;
        }
        FigureText text = proc.text();
        int behind = text.behindLast(')');
        if (behind < 0) {
            return;
        }
        text.seek(behind);
        text.skipWords(1);
        int row = now.add(pid);
        now.parent[row] = (int) text.number();
        text.skipWords(1);
        now.session[row] = (int) text.number();
        text.skipWords(7);
        // Of itself, and of the children that it has waited for.
        now.cpuTicks[row] = text.number() + text.number() + text.number() + text.number();
        text.skipWords(4);
        now.startTicks[row] = text.number();
        // A zombie and a thread of the kernel have no memory. Resident, a process may have none for a moment.
        now.live[row] = text.number() > 0;
        now.pages[row] = Math.max(0, text.number());
    }

    private void attribute() {
        for (int row = 0; row < now.rows(); row++) {
            now.owner[row] = own(row);
        }
        // A child can stand before its parent in the list: numbers are used again.
        boolean more = true;
        while (more) {
            more = false;
            for (int row = 0; row < now.rows(); row++) {
                int parent = now.owner[row] == null ? now.row(now.parent[row]) : ProcTable.NONE;
                if (parent != ProcTable.NONE && now.owner[parent] != null) {
                    now.owner[row] = now.owner[parent];
                    more = true;
                }
            }
        }
    }

    private ScanMeter own(int row) {
        int old = before.row(now.pid[row]);
        boolean seen = old != ProcTable.NONE && before.startTicks[old] == now.startTicks[row];
        if (seen && before.owner[old] != null) {
            return before.owner[old];
        }
        if (seen && !newMembers || !now.live[row]) {
            return null;
        }
        for (int i = 0; i < members.size(); i++) {
            ScanMeter member = members.get(i);
            if (now.pid[row] == member.leaderPid && now.startTicks[row] == member.leaderTicks) {
                return member;
            }
            if (now.session[row] == member.leaderPid && leads(member)) {
                return member;
            }
        }
        return marked(now.pid[row]);
    }

    /** Whether its first process is there, so that the number of its session is not somebody else's by now. */
    private boolean leads(ScanMeter member) {
        int leader = now.row(member.leaderPid);
        return leader != ProcTable.NONE && now.startTicks[leader] == member.leaderTicks;
    }

    /** Only the first 16 KiB of an environment are looked at. */
    private ScanMeter marked(int pid) {
        if (!proc.read(pid, ENVIRON)) {
            return null;
        }
        FigureText text = proc.text();
        for (int at = 0; at < text.length(); at = next(text, at)) {
            text.seek(at);
            for (int i = 0; text.take(RUN) && i < members.size(); i++) {
                if (text.take(members.get(i).mark)) {
                    return members.get(i);
                }
                text.seek(at);
            }
        }
        return null;
    }

    private static int next(FigureText text, int from) {
        int at = from;
        while (at < text.length() && text.byteAt(at) != 0) {
            at++;
        }
        return at + 1;
    }

    /** Adds up what the processes of a run have moved from and to disks. */
    void addIo(ScanMeter meter, Usage into) {
        io.clear();
        for (int row = 0; row < now.rows(); row++) {
            if (now.owner[row] == meter) {
                proc.addIo(now.pid[row], io);
            }
        }
        into.raise(Figure.IO_READ, io.get(Figure.IO_READ));
        into.raise(Figure.IO_WRITE, io.get(Figure.IO_WRITE));
    }
}
