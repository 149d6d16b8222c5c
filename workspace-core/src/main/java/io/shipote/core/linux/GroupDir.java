package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The file operations on one group's directory; see {@code cgroups(7)}. */
final class GroupDir {
    static final String PROCS = "cgroup.procs";

    /** How often {@link #moveAll} looks for processes that were forked while it moved their parents. */
    private static final int MAX_ROUNDS = 64;

    private GroupDir() {}

    /** Makes the group if it is not there; its parent has to be. */
    static void make(Path group) throws IOException {
        try {
            Files.createDirectory(group);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(group)) {
                throw e;
            }
        }
    }

    /** Writes a control file; empty when it worked, else why not. */
    static Optional<String> write(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of(file.getFileName() + " is not there");
        } catch (IOException e) {
            return Optional.of(file.getFileName() + ": " + e.getMessage());
        }
    }

    /** The live processes directly in the group; empty when it is gone. */
    static List<Integer> pids(Path group) throws IOException {
        return lines(group.resolve(PROCS)).stream()
                .map(Integer::parseInt)
                // 0 stands for a process that our pid namespace cannot see.
                .filter(pid -> pid > 0)
                .toList();
    }

    /** Those of the groups below as well. */
    static List<Integer> allPids(Path group) throws IOException {
        List<Integer> all = new ArrayList<>(pids(group));
        for (Path child : children(group)) {
            all.addAll(allPids(child));
        }
        return all;
    }

    /** Moves everybody who is in the group or below it; who is forked meanwhile is moved as well. */
    static void moveAll(Path from, Path to) throws IOException {
        move(() -> allPids(from), to);
    }

    /** Who is to be moved, as of now. */
    interface Members {
        List<Integer> pids() throws IOException;
    }

    /** The same for any processes. */
    static void move(Members members, Path to) throws IOException {
        Set<Integer> moved = new HashSet<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            List<Integer> left = members.pids().stream().filter(moved::add).toList();
            if (left.isEmpty()) {
                return;
            }
            for (int pid : left) {
                Optional<String> refused = write(to.resolve(PROCS), Integer.toString(pid));
                if (refused.isPresent() && Files.exists(Path.of("/proc", Integer.toString(pid)))) {
                    throw new IOException("process " + pid + " does not go into " + to + ": " + refused.get());
                }
            }
        }
        throw new IOException("its processes multiply faster than they can be moved to " + to);
    }

    /** Empty when the file, or the whole group, is gone. */
    static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException e) {
            if (gone(e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Reading a file of a group that is removed meanwhile fails with ENODEV. */
    static boolean gone(IOException e) {
        return String.valueOf(e.getMessage()).contains("No such device");
    }

    /** The groups directly below. */
    static List<Path> children(Path group) throws IOException {
        try {
            if (childless(group)) {
                return List.of();
            }
            try (Stream<Path> entries = Files.list(group)) {
                return entries.filter(Files::isDirectory).toList();
            }
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }

    /**
     * Whether the number of its links says that no directory is in it: one look instead of one at each of its files, of
     * which a group has twenty and more. File systems that do not count give another number (see inode(7)).
     */
    private static boolean childless(Path group) throws IOException {
        return Files.getAttribute(group, "unix:nlink") instanceof Integer links && links == 2;
    }

    /** Removes the group and all below it; true when it is gone, false while processes are in it. */
    static boolean remove(Path group) throws IOException {
        // Most have none below; to look for one first costs a look at each of the twenty files of a group.
        if (removed(group)) {
            return true;
        }
        for (Path child : children(group)) {
            if (!remove(child)) {
                return false;
            }
        }
        return removed(group);
    }

    private static boolean removed(Path group) throws IOException {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (FileSystemException busy) {
            return false;
        }
    }

    /** We may make groups in it and move processes. */
    static boolean writable(Path group) {
        return Files.isWritable(group) && Files.isWritable(group.resolve(PROCS));
    }
}
