package io.shipote.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code proc(5)} tells about processes. A process that is gone, or that we may not look at, is empty;
 * anything else that goes wrong (no descriptors left, say) is an {@link UncheckedIOException}, never taken
 * for "gone". Immutable and thread-safe; the walks over all processes cost about 10 µs for each.
 */
public final class ProcFiles {
    private final Path root;

    public ProcFiles() {
        this(Path.of("/proc"));
    }

    public ProcFiles(Path root) {
        this.root = root;
    }

    /** One per start of the machine. */
    public String bootId() {
        return need(root.resolve("sys/kernel/random/boot_id")).trim();
    }

    /** How long the machine is up, asleep included; to 10 ms. */
    public long uptimeMillis() {
        return (long) (Double.parseDouble(need(root.resolve("uptime")).split(" ")[0]) * 1_000);
    }

    /** The processors that are switched on, at least 1. */
    public int onlineCpus() {
        long found = need(root.resolve("stat"))
                .lines()
                .filter(line -> line.matches("cpu[0-9]+ .*"))
                .count();
        return (int) Math.max(1, found);
    }

    /** Descriptors that this process may have; see the soft limit in proc_pid_limits(5). */
    public long descriptorLimit() {
        return need(root.resolve("self/limits"))
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).trim().split(" +")[0])
                .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(KeptFiles.MAX_OPEN);
    }

    public Optional<ProcStat> stat(int pid) {
        return text(pid, "stat").flatMap(ProcStat::parse);
    }

    /** Empty when the process is gone. */
    public Optional<ProcessIdentity> identity(int pid) {
        return stat(pid).map(stat -> new ProcessIdentity(bootId(), pid, stat.startTicks()));
    }

    /** The value of one variable as it was at {@code execve(2)}. */
    public Optional<String> environ(int pid, String name) {
        return environ(pid).flatMap(all -> variable(all, name));
    }

    /** The words that it was started with, or has put in their place; empty when the process is gone. */
    public List<String> arguments(int pid) {
        String words = text(pid, "cmdline").orElse("");
        return words.isEmpty() ? List.of() : List.of(words.split("\0"));
    }

    /** Its working directory; empty when the process is gone, or the directory is. */
    public Optional<String> directory(int pid) {
        return Optional.of(link(root.resolve(Integer.toString(pid)).resolve("cwd")))
                .filter(path -> path.startsWith("/") && Files.isDirectory(Path.of(path)));
    }

    /** All variables, each ended by a NUL; none for a moment in the middle of {@code execve(2)}. */
    Optional<String> environ(int pid) {
        return text(pid, "environ");
    }

    static Optional<String> variable(String environ, String name) {
        for (String entry : environ.split("\0")) {
            if (entry.startsWith(name + "=")) {
                return Optional.of(entry.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** All processes, zombies too, in no order. */
    public List<Integer> pids() {
        List<Integer> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[1-9]*")) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit)) {
                    pids.add(Integer.parseInt(name));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pids;
    }

    /** The live processes that were started with {@code name=value} in their environment. */
    public List<Integer> withEnvironment(String name, String value) {
        return pids().stream()
                .filter(pid -> environ(pid, name).filter(value::equals).isPresent())
                .toList();
    }

    /** Whether a live process was started for this run. */
    public boolean anyHasRun(String run) {
        return !withEnvironment(Containment.RUN_VARIABLE, run).isEmpty();
    }

    /** All processes that can be seen, by pid. */
    public Map<Integer, ProcStat> snapshot() {
        Map<Integer, ProcStat> all = new HashMap<>();
        pids().forEach(pid -> stat(pid).ifPresent(stat -> all.put(pid, stat)));
        return all;
    }

    /** The processes whose parent is {@code pid}, zombies too. */
    public List<Integer> children(int pid) {
        return snapshot().values().stream()
                .filter(stat -> stat.ppid() == pid)
                .map(ProcStat::pid)
                .toList();
    }

    /** Children, their children and so on, without {@code pid}; parents come before their children. */
    public List<Integer> descendants(int pid) {
        return descendants(pid, snapshot());
    }

    static List<Integer> descendants(int pid, Map<Integer, ProcStat> all) {
        Map<Integer, List<Integer>> byParent = new HashMap<>();
        all.values().forEach(stat -> byParent.computeIfAbsent(stat.ppid(), parent -> new ArrayList<>())
                .add(stat.pid()));
        List<Integer> found = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(pid));
        while (!open.isEmpty()) {
            // Removed once visited: the snapshot is not taken at one instant and could hold a circle.
            List<Integer> next =
                    Optional.ofNullable(byParent.remove(open.pop())).orElse(List.of());
            found.addAll(next);
            open.addAll(next);
        }
        return found;
    }

    /** The open descriptors of a process, as links; none if it is gone or not ours to look at. */
    static List<Path> descriptors(int pid) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            all.forEach(found::add);
        } catch (NoSuchFileException | AccessDeniedException gone) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Where a link leads; empty text if it is gone. */
    static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Controller (several joined by commas, empty for v2) to path, as in {@code /proc/PID/cgroup}. */
    public Map<String, String> cgroups(int pid) {
        return text(pid, "cgroup").map(OwnGroups::parse).orElse(Map.of());
    }

    /**
     * Whether SIGSTOP has been sent to it and not acted on yet, see SigPnd and ShdPnd in proc_pid_status(5): it comes back
     * from the system call that it is in, but does nothing of its own any more. Who waits for a stopped child of vfork(2)
     * stays so.
     */
    public boolean stopPending(int pid) {
        return text(pid, "status").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("SigPnd:".length()).trim(), 16))
                .anyMatch(pending -> (pending >>> Signals.STOP - 1 & 1) == 1);
    }

    /** Bytes it has written by system calls in all, with the children it has waited for: {@code wchar} of {@code io}. */
    public Optional<Long> writtenBytes(int pid) {
        return ioBytes(pid, "wchar:");
    }

    /** Bytes it has read by system calls in all, with the children it has waited for: {@code rchar} of {@code io}. */
    public Optional<Long> readBytes(int pid) {
        return ioBytes(pid, "rchar:");
    }

    private Optional<Long> ioBytes(int pid, String label) {
        return text(pid, "io").flatMap(io -> io.lines()
                .filter(line -> line.startsWith(label))
                .map(line -> Long.parseLong(line.substring(label.length()).trim()))
                .findFirst());
    }

    private Optional<String> text(int pid, String file) {
        Path path = root.resolve(Integer.toString(pid)).resolve(file);
        try {
            return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | AccessDeniedException gone) {
            return Optional.empty();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }

    private static String need(Path path) {
        try {
            return Files.readString(path).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
