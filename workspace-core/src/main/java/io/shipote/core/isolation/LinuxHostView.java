package io.shipote.core.isolation;

import io.shipote.core.linux.Errno;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Spawner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** This host, as the daemon's own user finds it. An answer is kept: a way is tried once, in 5 to 20 ms. */
public final class LinuxHostView implements HostView {
    /** Ways whose answers are kept. */
    private static final int MAX_KEPT = 512;

    /** Of the fields of proc_pid_stat(5) behind the name. */
    private static final int NICE = 19 - 3;

    /** Of the real, effective, saved and file system ids. */
    private static final int EFFECTIVE = 1;

    /** What there was too little of at that moment. */
    private static final Set<Integer> SCARCE = Set.of(Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM);

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Spawner spawner;
    private final List<String> places = new ArrayList<>();
    private final Map<List<String>, Optional<String>> kept = new LinkedHashMap<>();

    /** @param path the daemon's {@code PATH}, looked at before the usual places */
    public LinuxHostView(Spawner spawner, Optional<String> path) {
        this.spawner = spawner;
        for (String place : (path.orElse("") + ":" + PLACES).split(":")) {
            if (place.startsWith("/")) {
                places.add(place);
            }
        }
    }

    @Override
    public Optional<Path> tool(String name) {
        return places.stream()
                .map(place -> Path.of(place, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    @Override
    public Optional<String> refused(List<String> words) {
        Optional<String> known = kept.get(words);
        if (known == null) {
            Tried tried = tried(words);
            known = tried.refused();
            if (tried.passing()) {
                return known;
            }
            if (kept.size() >= MAX_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(List.copyOf(words), known);
        }
        return known;
    }

    /** @param passing whether that may be another time: it says nothing of this host */
    private record Tried(Optional<String> refused, boolean passing) {}

    private Tried tried(List<String> words) {
        SpawnRequest request = SpawnRequest.of("true", List.of(), List.of("PATH=" + PLACES), Path.of("/"))
                .withThrough(words);
        try (PidFd process = spawner.spawn(request).pidfd()) {
            if (!process.await(LIMIT)) {
                process.signal(Signals.KILL);
                process.await(LIMIT);
            }
            process.reap();
            return new Tried(Optional.empty(), false);
        } catch (ErrnoException e) {
            return new Tried(Optional.of(e.getMessage()), SCARCE.contains(e.errno()));
        }
    }

    @Override
    public Set<Long> processors() {
        Set<Long> numbers = new TreeSet<>();
        for (String range : status("Cpus_allowed_list").split(",")) {
            String[] ends = range.split("-");
            for (long one = Long.parseLong(ends[0]); one <= Long.parseLong(ends[ends.length - 1]); one++) {
                numbers.add(one);
            }
        }
        return numbers;
    }

    @Override
    public int niceness() {
        String stat = read("/proc/self/stat");
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE]);
    }

    @Override
    public long uid() {
        return Long.parseLong(status("Uid").split("\\s+")[EFFECTIVE]);
    }

    @Override
    public long gid() {
        return Long.parseLong(status("Gid").split("\\s+")[EFFECTIVE]);
    }

    /** A line of {@code proc_pid_status(5)}. */
    private static String status(String label) {
        return read("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith(label + ":"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("/proc/self/status has no " + label))
                .substring(label.length() + 1)
                .trim();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists(String path) {
        return path.indexOf('\0') < 0 && Files.exists(Path.of(path));
    }
}
