package io.shipote.core.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that tell what one group uses, whichever hierarchies it is in. Which of them there are is looked up at the
 * first reading. Confined to the sampler's thread.
 */
final class UsageFiles implements Meter {
    /** The kernel fills at least half a page of a list before it leaves the rest to the next read. */
    private static final int WHOLE_BYTES = 2_048;

    private static final long NANOS_PER_MICRO = 1_000;
    private static final byte[] USAGE_USEC = ascii("usage_usec ");
    private static final byte[] OOM_KILL = ascii("oom_kill ");
    private static final byte[] MAX = ascii("max ");
    private static final byte[] RBYTES = ascii(" rbytes=");
    private static final byte[] WBYTES = ascii(" wbytes=");
    private static final byte[] SOME = ascii("some avg10=");
    private static final byte[] FULL = ascii("full avg10=");
    private static final byte[] TOTAL = ascii(" total=");

    /** How a figure stands in its file. */
    private enum Form {
        PLAIN,
        NANOS,
        CPU_STAT,
        LINES,
        OOM_EVENTS,
        MAX_EVENTS,
        IO_STAT,
        /** The figure is the first of the four of a pressure. */
        PRESSURE
    }

    private record Entry(KeptFile file, Figure figure, Form form) {}

    private final KeptFiles files;
    private final List<Path> groups;
    private final boolean pressure;
    private Entry[] always;
    private Entry[] seldom;

    /**
     * @param groups the directories of the group
     * @param pressure whether that is wanted too
     */
    UsageFiles(KeptFiles files, List<Path> groups, boolean pressure) {
        this.files = files;
        this.groups = groups;
        this.pressure = pressure;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void look() {
        List<Entry> each = new ArrayList<>();
        add(each, Figure.MEMORY, Form.PLAIN, "memory.current", "memory.usage_in_bytes");
        if (!add(each, Figure.CPU_USEC, Form.CPU_STAT, "cpu.stat")) {
            add(each, Figure.CPU_USEC, Form.NANOS, "cpuacct.usage");
        }
        if (!add(each, Figure.PIDS, Form.PLAIN, "pids.current")) {
            add(each, Figure.PIDS, Form.LINES, GroupDir.PROCS);
        }
        List<Entry> other = new ArrayList<>();
        add(other, Figure.MEMORY_PEAK, Form.PLAIN, "memory.peak", "memory.max_usage_in_bytes");
        add(other, Figure.OOM_KILLS, Form.OOM_EVENTS, "memory.events", "memory.oom_control");
        add(other, Figure.PIDS_REFUSED, Form.MAX_EVENTS, "pids.events");
        add(other, Figure.IO_READ, Form.IO_STAT, "io.stat");
        if (pressure) {
            add(other, Figure.CPU_SOME, Form.PRESSURE, "cpu.pressure");
            add(other, Figure.MEMORY_SOME, Form.PRESSURE, "memory.pressure");
            add(other, Figure.IO_SOME, Form.PRESSURE, "io.pressure");
        }
        always = each.toArray(Entry[]::new);
        seldom = other.toArray(Entry[]::new);
    }

    private boolean add(List<Entry> to, Figure figure, Form form, String... names) {
        for (String name : names) {
            Optional<Path> file = groups.stream()
                    .map(group -> group.resolve(name))
                    .filter(path -> Files.exists(path) && !foreignCpuStat(path))
                    .findFirst();
            if (file.isPresent()) {
                to.add(new Entry(new KeptFile(file.get()), figure, form));
                return true;
            }
        }
        return false;
    }

    /** The v1 cpu controller has a file of the same name that counts something else. */
    private static boolean foreignCpuStat(Path file) {
        return file.endsWith("cpu.stat") && Files.exists(file.resolveSibling("cpu.shares"));
    }

    /** Whether the group counts this; known after the first reading. */
    boolean counts(Figure figure) {
        for (Entry entry : always) {
            if (entry.figure() == figure) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void read(Usage into, boolean whole) throws ErrnoException {
        // The group may be made only after somebody asked for it.
        if (always == null || whole && always.length == 0) {
            look();
        }
        long before = into.get(Figure.CPU_USEC);
        for (Entry entry : always) {
            // The processor time stands before the list of processes: who did not run has neither forked nor ended.
            boolean slept = before != Usage.UNKNOWN && into.get(Figure.CPU_USEC) == before;
            if (whole || entry.form() != Form.LINES || !slept || !into.known(Figure.PIDS)) {
                read(entry, into);
            }
        }
        if (whole) {
            for (Entry entry : seldom) {
                read(entry, into);
            }
        }
        boolean any = into.known(Figure.CPU_USEC) || into.known(Figure.MEMORY);
        into.source(any ? Usage.Source.CGROUP : Usage.Source.NONE);
    }

    private void read(Entry entry, Usage into) throws ErrnoException {
        if (files.read(entry.file())) {
            parse(entry, into);
        } else {
            into.set(entry.figure(), Usage.UNKNOWN);
        }
    }

    private void parse(Entry entry, Usage into) throws ErrnoException {
        FigureText text = files.text();
        switch (entry.form()) {
            case PLAIN -> into.set(entry.figure(), text.number());
            case NANOS -> into.set(entry.figure(), text.number() / NANOS_PER_MICRO);
            case CPU_STAT -> into.set(entry.figure(), text.field(USAGE_USEC));
            case LINES -> into.set(entry.figure(), lines(entry.file()));
            case OOM_EVENTS -> into.set(entry.figure(), text.field(OOM_KILL));
            case MAX_EVENTS -> into.set(entry.figure(), text.field(MAX));
            case IO_STAT -> {
                into.set(Figure.IO_READ, text.sum(RBYTES));
                into.set(Figure.IO_WRITE, text.sum(WBYTES));
            }
            case PRESSURE -> {
                pressure(entry.figure(), SOME, into);
                pressure(entry.figure().after(2), FULL, into);
            }
        }
    }

    /** A list may be longer than what is read at once. */
    private long lines(KeptFile file) throws ErrnoException {
        long lines = files.text().lines();
        long offset = files.text().length();
        if (offset < WHOLE_BYTES) {
            return lines;
        }
        while (files.text().length() > 0 && files.read(file, offset)) {
            lines += files.text().lines();
            offset += files.text().length();
        }
        return lines;
    }

    private void pressure(Figure share, byte[] line, Usage into) {
        FigureText text = files.text();
        text.seek(0);
        boolean found = text.take(line) || text.nextLine() && text.take(line);
        into.set(share, found ? text.hundredths() : Usage.UNKNOWN);
        into.set(share.after(1), found ? total() : Usage.UNKNOWN);
    }

    private long total() {
        FigureText text = files.text();
        while (!text.atEnd()) {
            if (text.take(TOTAL)) {
                return text.number();
            }
            text.skip();
        }
        return Usage.UNKNOWN;
    }

    @Override
    public void close() {
        if (always != null) {
            for (Entry entry : always) {
                files.close(entry.file());
            }
            for (Entry entry : seldom) {
                files.close(entry.file());
            }
        }
    }
}
