package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What {@code /proc} and {@code /sys/fs/cgroup} tell; a process that goes away meanwhile counts as gone. */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int CGROUP_DEPTH = 8;

    private Processes() {}

    /** Whether it is there and is no zombie. */
    static boolean alive(long pid) {
        String stat = read(PROC.resolve(pid + "/stat"));
        return !stat.isEmpty() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    }

    /** Waits until it has ended; its exit status. */
    static int ended(Process process) {
        try {
            assertTrue(process.waitFor(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS), "it has not ended");
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static int descriptors(long pid) {
        return names(PROC.resolve(pid + "/fd")).size();
    }

    /** Its open sockets; what else it opens and closes meanwhile does not count. */
    static int sockets(long pid) {
        int count = 0;
        for (String name : names(PROC.resolve(pid + "/fd"))) {
            try {
                count += Files.readSymbolicLink(PROC.resolve(pid + "/fd").resolve(name))
                                .toString()
                                .startsWith("socket:")
                        ? 1
                        : 0;
            } catch (IOException e) {
                // Closed since the directory was read.
                continue;
            }
        }
        return count;
    }

    /** Its open pipe ends. */
    static int pipes(long pid) {
        return (int) names(PROC.resolve(pid + "/fd")).stream()
                .map(name -> link(PROC.resolve(pid + "/fd/" + name)))
                .filter(target -> target.startsWith("pipe:"))
                .count();
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** Without the files that a sampler keeps open, which come and go with its rounds. */
    static int descriptorsBesideFigures(long pid) {
        int count = 0;
        for (String name : names(PROC.resolve(pid + "/fd"))) {
            try {
                String target = Files.readSymbolicLink(PROC.resolve(pid + "/fd/" + name))
                        .toString();
                count += target.startsWith(CGROUPS.toString()) || target.startsWith("/proc/") ? 0 : 1;
            } catch (IOException closed) {
                continue;
            }
        }
        return count;
    }

    /** Its threads, without those that Java starts and ends as it likes. */
    static int threads(long pid) {
        return (int) names(PROC.resolve(pid + "/task")).stream()
                .map(task -> read(PROC.resolve(pid + "/task/" + task + "/comm")))
                .filter(name -> !name.isEmpty() && !name.matches("(?s)(C[12] Compiler|GC ).*"))
                .count();
    }

    /** The processor time it has used, in clock ticks. */
    static long cpuTicks(long pid) {
        String stat = read(PROC.resolve(pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** The session it belongs to. */
    static long session(long pid) {
        String stat = read(PROC.resolve(pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
    }

    static String cgroup(long pid) {
        return read(PROC.resolve(pid + "/cgroup"));
    }

    /** All that are alive and have this entry in their environment. */
    static List<Long> withEnvironment(String entry) {
        List<Long> found = new ArrayList<>();
        for (String name : names(PROC)) {
            if (name.chars().allMatch(Character::isDigit)) {
                String environ = "\0" + read(PROC.resolve(name + "/environ"));
                if (environ.contains("\0" + entry + "\0") && alive(Long.parseLong(name))) {
                    found.add(Long.parseLong(name));
                }
            }
        }
        return found;
    }

    /** The directories of control groups whose last name is this; other groups come and go meanwhile. */
    static List<Path> groups(String name) {
        return groups(directory -> directory.endsWith(name));
    }

    /** The directories of control groups that are wanted. */
    static List<Path> groups(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        SimpleFileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (wanted.test(directory)) {
                    found.add(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(CGROUPS, Set.of(), CGROUP_DEPTH, visitor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** The value of a file in any of the groups of that name. */
    static Optional<String> groupFile(String group, String... files) {
        for (Path directory : groups(group)) {
            for (String file : files) {
                String text = read(directory.resolve(file));
                if (!text.isEmpty()) {
                    return Optional.of(text.strip());
                }
            }
        }
        return Optional.empty();
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> names(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? List.of() : List.of(names);
    }
}
