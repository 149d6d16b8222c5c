package io.shipote.core.linux;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntPredicate;

/**
 * Starts processes by {@code posix_spawn(3)}: each in its own session, with no signal blocked or ignored, and
 * with no descriptor but those it was given. See {@link Trampoline} for groups and limits, {@link
 * Passage} for tools.
 *
 * <p>Safe to use from several blocking threads at once; a launch takes about 0.2 ms, through the shell about
 * 1 ms more. Never on an event loop.
 */
public final class Spawner {
    private static final int FIRST_HELD = 3;
    private static final int LAST_DIGIT = 9;

    /** Copies of the descriptors go above all targets, so that no dup2 hits a source still needed. */
    private static final int COPIES_FROM = 64;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ProcFiles proc;
    private final String bootId;
    /** Children that were started here and have not been seen dead by their {@link PidFd}. */
    private final Map<Integer, ProcessIdentity> started = new ConcurrentHashMap<>();
    /** Shared: a launch. Exclusive: waiting for strangers, who must not be launches that are half done. */
    private final ReadWriteLock launches = new ReentrantReadWriteLock();

    /**
     * Sets SIGCHLD back to its default, as an ignored one (inherited) would lose every exit status.
     *
     * @throws ErrnoException ENOSYS when the C library lacks what is needed
     */
    public Spawner(ProcFiles proc) throws ErrnoException {
        this.proc = proc;
        this.bootId = proc.bootId();
        SpawnActions.require();
        if (LibC.signal(LibC.SIGCHLD, LibC.SIG_DFL) == LibC.SIG_ERR) {
            throw new ErrnoException("signal", "SIGCHLD", LibC.errno());
        }
    }

    /**
     * Starts one process and returns once its program runs (or has ended). Where a group that it enters is
     * frozen it returns after 2 s all the same; a failure after that shows as the end of the process.
     *
     * @throws ErrnoException the call that failed and the path it was about: {@code chdir}, {@code exec},
     *     {@code open} of a standard descriptor, {@code enter group}, {@code setrlimit RLIMIT_NOFILE},
     *     {@code posix_spawn}, or what a tool said; nothing is left running then
     */
    public Spawned spawn(SpawnRequest request) throws ErrnoException {
        Path program =
                Exec.resolve(request.exec(), request.variable("PATH").orElse(Exec.DEFAULT_PATH), request.directory());
        launches.readLock().lock();
        try {
            if (!request.through().isEmpty()) {
                return throughTools(request, program);
            }
            Optional<Spawned> inside = inGroup(request, program);
            if (inside.isPresent()) {
                return inside.get();
            }
            return request.needsTrampoline() ? throughShell(request, program) : direct(request, program);
        } finally {
            launches.readLock().unlock();
        }
    }

    private Spawned direct(SpawnRequest request, Path program) throws ErrnoException {
        return start(program, words(request), request, Optional.empty(), numbered(request));
    }

    private static List<String> words(SpawnRequest request) {
        List<String> words = new ArrayList<>(List.of(request.exec()));
        words.addAll(request.argv());
        return words;
    }

    /** Empty where it cannot be done so: the shell can, or tells more exactly what is wrong. */
    private Optional<Spawned> inGroup(SpawnRequest request, Path program) throws ErrnoException {
        if (!SpawnGroup.available() || !SpawnGroup.fits(request)) {
            return Optional.empty();
        }
        Path directory = request.cgroupProcsFiles().get(0).getParent();
        try (Fd group = Fd.open(directory, Fd.Access.READ)) {
            return Optional.of(start(program, words(request), request, Optional.of(group), numbered(request)));
        } catch (ErrnoException e) {
            if (e.call().equals("posix_spawn")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Spawned throughShell(SpawnRequest request, Path program) throws ErrnoException {
        try (Pipe status = Pipe.open()) {
            SortedMap<Integer, Fd> numbered = numbered(request);
            int statusFd = free(numbered, List.of(status.writeEnd()));
            List<String> words = Trampoline.arguments(request, program, statusFd);
            Spawned shell = start(Path.of(Trampoline.SHELL), words, request, Optional.empty(), numbered);
            status.writeEnd().close();
            return settled(shell, () -> Trampoline.outcome(status.readEnd(), request, program));
        }
    }

    private Spawned throughTools(SpawnRequest request, Path program) throws ErrnoException {
        try (Passage passage = Passage.open(request, program)) {
            SortedMap<Integer, Fd> numbered = numbered(request);
            List<String> words = passage.arguments(free(numbered, passage.held()));
            Spawned first = start(Path.of(Trampoline.SHELL), words, request, Optional.empty(), numbered);
            return settled(first, () -> passage.outcome(first.pidfd()));
        }
    }

    /** Descriptors above the standard three by the numbers that the child sees them under. */
    private static SortedMap<Integer, Fd> numbered(SpawnRequest request) {
        SortedMap<Integer, Fd> numbered = new TreeMap<>(request.ports());
        int next = FIRST_HELD;
        for (Fd fd : request.held()) {
            // Without numbers of its own it leaves the last digit to a shell.
            numbered.put(next == LAST_DIGIT ? ++next : next, fd);
            next++;
        }
        return numbered;
    }

    /**
     * Adds what a shell needs for itself, under numbers in a row that it can write with one digit; what is held besides
     * gives way, because its numbers are not told.
     *
     * @return the first of these numbers
     * @throws ErrnoException EMFILE if the program wants too many of them itself
     */
    private static int free(SortedMap<Integer, Fd> numbered, List<Fd> own) throws ErrnoException {
        for (int first = FIRST_HELD; first + own.size() - 1 <= LAST_DIGIT; first++) {
            if (numbered.subMap(first, first + own.size()).isEmpty()) {
                for (int i = 0; i < own.size(); i++) {
                    numbered.put(first + i, own.get(i));
                }
                return first;
            }
        }
        throw new ErrnoException(
                "descriptors 3 to 9 are all to be passed, and a shell needs some of them", "", Errno.EMFILE);
    }

    private interface Outcome {
        Optional<ErrnoException> get() throws ErrnoException;
    }

    /** It is handed out only when it has become the program. */
    private static Spawned settled(Spawned first, Outcome outcome) throws ErrnoException {
        boolean running = false;
        try {
            Optional<ErrnoException> failure = outcome.get();
            if (failure.isPresent()) {
                throw failure.get();
            }
            running = true;
            return first;
        } finally {
            if (!running) {
                abandon(first);
            }
        }
    }

    /** The shell has said that it failed, so it is about to end: sees to that, and leaves no zombie. */
    private static void abandon(Spawned shell) throws ErrnoException {
        try (PidFd pidfd = shell.pidfd()) {
            pidfd.signal(Signals.KILL);
            pidfd.await(GRACE);
            pidfd.reap();
        }
    }

    private Spawned start(
            Path file, List<String> words, SpawnRequest request, Optional<Fd> group, SortedMap<Integer, Fd> numbered)
            throws ErrnoException {
        SortedMap<Integer, Fd> copies = new TreeMap<>();
        int from = numbered.isEmpty() ? COPIES_FROM : Math.max(COPIES_FROM, numbered.lastKey() + 1);
        try {
            for (Stdio stdio : List.of(request.stdin(), request.stdout(), request.stderr())) {
                try (Fd opened = stdio.open()) {
                    copies.put(copies.size(), opened.duplicateFrom(from));
                }
            }
            for (Map.Entry<Integer, Fd> fd : numbered.entrySet()) {
                copies.put(fd.getKey(), fd.getValue().duplicateFrom(from));
            }
            int pid = SpawnCall.run(file, words, request.environment(), request.directory(), group, copies);
            return watched(pid);
        } finally {
            Fd.closeAll(copies.values());
        }
    }

    /** Until somebody waits for it, an unreaped child pins its number: what is read here is about it. */
    private Spawned watched(int pid) throws ErrnoException {
        Optional<Spawned> spawned = Optional.empty();
        try {
            ProcessIdentity identity = new ProcessIdentity(bootId, pid, startTicks(pid));
            started.put(pid, identity);
            spawned = PidFd.openChild(pid, () -> started.remove(pid, identity))
                    .map(pidfd -> new Spawned(pid, pidfd, identity));
        } finally {
            if (spawned.isEmpty()) {
                // It cannot be watched (no descriptors left), so it must not run on unseen.
                Subreaper.killChild(pid);
                started.remove(pid);
            }
        }
        return spawned.orElseThrow(() -> new ErrnoException("pidfd_open", "pid " + pid, Errno.ESRCH));
    }

    private long startTicks(int pid) throws ErrnoException {
        try {
            return proc.stat(pid)
                    .orElseThrow(() -> new ErrnoException("read /proc/PID/stat", "pid " + pid, Errno.ESRCH))
                    .startTicks();
        } catch (UncheckedIOException e) {
            int errno = Errno.ofMessage(String.valueOf(e.getCause().getMessage()));
            ErrnoException failure =
                    new ErrnoException("read /proc/PID/stat", "pid " + pid, errno == 0 ? Errno.EIO : errno);
            failure.addSuppressed(e);
            throw failure;
        }
    }

    /**
     * Opens a process of an earlier daemon, if it still is that process. It may be a zombie, whose {@link
     * PidFd#exitInfo()} can be read.
     *
     * @return empty when it is another boot, the number is free, or belongs to somebody else by now; see {@link
     *     PidFd#child()} for whether it is ours to wait for
     */
    public Optional<PidFd> adopt(ProcessIdentity identity) throws ErrnoException {
        if (!identity.bootId().equals(bootId)) {
            return Optional.empty();
        }
        Optional<PidFd> opened = open(identity);
        if (opened.isEmpty()) {
            return opened;
        }
        PidFd pidfd = opened.get();
        boolean same = false;
        try {
            // Compared after opening, and it still has its number after that: it was read of the one we hold.
            same = proc.stat(identity.pid())
                            .filter(stat -> stat.startTicks() == identity.startTicks())
                            .isPresent()
                    && pidfd.exists();
        } finally {
            if (!same) {
                pidfd.close();
            }
        }
        return same ? opened : Optional.empty();
    }

    /** After an exec in place what ran before is still our child: nobody else may wait for it, and only we can. */
    private Optional<PidFd> open(ProcessIdentity identity) throws ErrnoException {
        int pid = identity.pid();
        boolean child =
                proc.stat(pid).filter(stat -> stat.ppid() == LibC.getpid()).isPresent();
        if (!child) {
            return PidFd.open(pid);
        }
        started.put(pid, identity);
        Optional<PidFd> opened = PidFd.openChild(pid, () -> started.remove(pid, identity));
        if (opened.isEmpty()) {
            started.remove(pid, identity);
        }
        return opened;
    }

    /** What {@link #whileNothingStarts} runs. */
    public interface Work {
        void run() throws ErrnoException;
    }

    /** Runs {@code work} at a moment at which no process is half started, and lets none start meanwhile. Waits for that. */
    public void whileNothingStarts(Work work) throws ErrnoException {
        launches.writeLock().lock();
        try {
            work.run();
        } finally {
            launches.writeLock().unlock();
        }
    }

    /**
     * Waits for dead children that nobody else here waits for: orphans that came to us, see {@link Subreaper}.
     * Neither a child started here nor one that {@code known} accepts is touched.
     *
     * @param known children of this process that were not started here, for example before an exec in place
     * @return how many were waited for, bounded by {@link Subreaper#MAX_PER_CALL}
     */
    public int reapStrangers(IntPredicate known) throws ErrnoException {
        launches.writeLock().lock();
        try {
            return Subreaper.reapStrangers(pid -> started.containsKey(pid) || known.test(pid));
        } finally {
            launches.writeLock().unlock();
        }
    }
}
