package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One mounted cgroup hierarchy, from {@code /proc/self/mountinfo}; see {@code proc_pid_mountinfo(5)}.
 *
 * @param root the part of the hierarchy that is mounted: {@code /}, or a deeper group inside a container
 * @param point where it is mounted
 * @param controllers those of a v1 hierarchy; only {@link OwnGroups#UNIFIED} for v2
 */
record CgroupMount(String root, Path point, Set<String> controllers) {
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    static List<CgroupMount> parse(String mountinfo) {
        return mountinfo.lines().flatMap(line -> parseLine(line).stream()).toList();
    }

    private static Optional<CgroupMount> parseLine(String line) {
        String[] halves = line.split(" - ", 2);
        if (halves.length < 2) {
            return Optional.empty();
        }
        String[] head = halves[0].split(" ");
        String[] tail = halves[1].split(" ");
        if (head.length < 5 || tail.length < 3 || !tail[0].startsWith("cgroup")) {
            return Optional.empty();
        }
        Set<String> controllers = tail[0].equals("cgroup2")
                ? Set.of(OwnGroups.UNIFIED)
                : Arrays.stream(tail[2].split(",")).collect(Collectors.toSet());
        return Optional.of(new CgroupMount(plain(head[3]), Path.of(plain(head[4])), controllers));
    }

    private static String plain(String escaped) {
        return OCTAL.matcher(escaped)
                .replaceAll(octal ->
                        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(octal.group(1), 8))));
    }

    /** Where the group {@code path} of this hierarchy is in the file system; empty when it is not mounted. */
    Optional<Path> directory(String path) {
        if (path.contains("/..")) {
            // Outside of our cgroup namespace.
            return Optional.empty();
        }
        String below = path;
        if (!root.equals("/")) {
            if (!path.equals(root) && !path.startsWith(root + "/")) {
                return Optional.empty();
            }
            below = path.substring(root.length());
        }
        return Optional.of(point.resolve(below.replaceFirst("^/+", "")).normalize());
    }

    /** The same mount seen through another root directory, for tests. */
    CgroupMount under(Path standard, Path actual) {
        return point.startsWith(standard)
                ? new CgroupMount(root, actual.resolve(standard.relativize(point)), controllers)
                : this;
    }
}
