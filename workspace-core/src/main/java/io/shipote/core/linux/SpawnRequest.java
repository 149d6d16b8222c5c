package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One process to start. Immutable; the descriptors in it stay the caller's.
 *
 * @param exec an absolute path, a path relative to {@code directory} if it has a slash, else a name to be
 *     looked up along {@code PATH} of {@code environment}; argv[0] as it is
 * @param argv argv[1] and on
 * @param environment {@code NAME=value}, the whole of it: nothing is inherited
 * @param directory where it starts
 * @param cgroupProcsFiles the {@code cgroup.procs} of each group to enter before the program begins
 * @param nofile soft and hard {@code RLIMIT_NOFILE}
 * @param held descriptors that the child keeps as 3, 4, …, as far as {@link #MAX_NUMBERED}; those beyond it keep
 *     their order, but their numbers are not told; at most {@link #MAX_HELD}
 * @param umask 0 to 0777
 * @param through words of tools with their options, by absolute path, each of which executes what follows after it; it
 *     goes through them inside its groups, before the limits and the mask; see {@link Passage}
 * @param ports descriptors that the child gets under these numbers, 3 to {@link #PORT_MAX}; not together with held ones
 */
public record SpawnRequest(
        String exec,
        List<String> argv,
        List<String> environment,
        Path directory,
        Stdio stdin,
        Stdio stdout,
        Stdio stderr,
        List<Path> cgroupProcsFiles,
        Optional<Long> nofile,
        List<Fd> held,
        Optional<Integer> umask,
        List<String> through,
        SortedMap<Integer, Fd> ports) {
    /** The largest number of a descriptor that can be asked for: one less than what a process may have by default. */
    public static final int PORT_MAX = 1023;

    /** One digit is all that a portable shell takes as a descriptor, and it needs one for itself. */
    public static final int MAX_NUMBERED = 6;

    /** Each takes one of the descriptors that the child may have ({@code RLIMIT_NOFILE}), and one of ours meanwhile. */
    public static final int MAX_HELD = 4_096;

    private static final int FIRST_PORT = 3;
    private static final int MAX_UMASK = 0777;

    public SpawnRequest {
        if (exec.isEmpty()) {
            throw new IllegalArgumentException("exec is empty");
        }
        argv = List.copyOf(argv);
        environment = List.copyOf(environment);
        cgroupProcsFiles = List.copyOf(cgroupProcsFiles);
        held = List.copyOf(held);
        through = List.copyOf(through);
        ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
        if (!ports.isEmpty() && (!held.isEmpty() || ports.firstKey() < FIRST_PORT || ports.lastKey() > PORT_MAX)) {
            throw new IllegalArgumentException("ports: " + ports.keySet() + " beside " + held.size() + " held");
        }
        int room = through.isEmpty() ? MAX_HELD : MAX_HELD + 1 - Passage.EXTRA;
        if (held.size() > room) {
            throw new IllegalArgumentException("held: " + held.size() + ", at most " + room);
        }
        if (nofile.isPresent() && nofile.get() < 0) {
            throw new IllegalArgumentException("nofile: " + nofile.get());
        }
        if (umask.isPresent() && (umask.get() < 0 || umask.get() > MAX_UMASK)) {
            throw new IllegalArgumentException("umask: " + umask.get());
        }
        for (String entry : environment) {
            if (entry.indexOf('=') < 1) {
                throw new IllegalArgumentException("environment: not NAME=value: " + entry);
            }
        }
    }

    /** With {@code /dev/null} for all three standard descriptors and nothing special. */
    public static SpawnRequest of(String exec, List<String> argv, List<String> environment, Path directory) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                Stdio.none(),
                Stdio.none(),
                Stdio.none(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                new TreeMap<>());
    }

    public SpawnRequest withStdio(Stdio in, Stdio out, Stdio err) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                in,
                out,
                err,
                cgroupProcsFiles,
                nofile,
                held,
                umask,
                through,
                ports);
    }

    public SpawnRequest withCgroups(List<Path> procsFiles) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                procsFiles,
                nofile,
                held,
                umask,
                through,
                ports);
    }

    public SpawnRequest withNofile(long limit) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                cgroupProcsFiles,
                Optional.of(limit),
                held,
                umask,
                through,
                ports);
    }

    public SpawnRequest withHeld(List<Fd> descriptors) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                cgroupProcsFiles,
                nofile,
                descriptors,
                umask,
                through,
                ports);
    }

    public SpawnRequest withUmask(int mask) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                cgroupProcsFiles,
                nofile,
                held,
                Optional.of(mask),
                through,
                ports);
    }

    public SpawnRequest withThrough(List<String> tools) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                cgroupProcsFiles,
                nofile,
                held,
                umask,
                tools,
                ports);
    }

    public SpawnRequest withPorts(SortedMap<Integer, Fd> numbered) {
        return new SpawnRequest(
                exec,
                argv,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                cgroupProcsFiles,
                nofile,
                held,
                umask,
                through,
                numbered);
    }

    /** The value of one variable of {@link #environment()}; the last one counts. */
    Optional<String> variable(String name) {
        return environment.stream()
                .filter(entry -> entry.startsWith(name + "="))
                .reduce((first, second) -> second)
                .map(entry -> entry.substring(name.length() + 1));
    }

    /** Whether it takes more than what {@code posix_spawn(3)} can do by itself. */
    boolean needsTrampoline() {
        return !cgroupProcsFiles.isEmpty() || nofile.isPresent() || umask.isPresent();
    }
}
