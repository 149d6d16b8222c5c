package io.shipote.core.isolation;

import io.shipote.card.ResourceLimit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Resource limits by {@code prlimit(1)}, priority by {@code nice(1)}, processors by {@code taskset(1)}. */
final class Limits {
    private Limits() {}

    /** The words that set those of the limits that may be set. */
    static List<String> rlimits(HostView host, Map<String, ResourceLimit> asked, Report report) {
        if (asked.isEmpty()) {
            return List.of();
        }
        Optional<Path> prlimit = host.tool("prlimit");
        List<String> words = new ArrayList<>();
        new TreeMap<>(asked).forEach((name, limit) -> {
            if (prlimit.isEmpty()) {
                report.degraded("rlimits." + name, Tools.missing("prlimit"));
                return;
            }
            String word = "--" + name + "=" + limit;
            if (report.add("rlimits." + name, host.refused(List.of(prlimit.get().toString(), word)))) {
                words.add(word);
            }
        });
        if (!words.isEmpty()) {
            words.add(0, prlimit.orElseThrow().toString());
        }
        return words;
    }

    /** Set by the shell that starts the program, which costs nothing; tried by the tool. */
    static Optional<Long> nofile(HostView host, Optional<Long> asked, Report report) {
        if (asked.isEmpty()) {
            return asked;
        }
        Optional<String> refused = host.tool("prlimit")
                .flatMap(tool -> host.refused(List.of(tool.toString(), "--nofile=" + ResourceLimit.of(asked.get()))));
        return report.add("rlimits.nofile", refused) ? asked : Optional.empty();
    }

    /** The tool adds to what the daemon has. */
    static List<String> nice(HostView host, Optional<Integer> asked, Report report) {
        if (asked.isEmpty()) {
            return List.of();
        }
        int more = asked.get() - host.niceness();
        Optional<Path> nice = host.tool("nice");
        if (nice.isEmpty()) {
            report.degraded("nice", Tools.missing("nice"));
            return List.of();
        }
        List<String> words = List.of(nice.get().toString(), "-n", Integer.toString(more));
        return report.add("nice", more == 0 ? Optional.empty() : host.refused(words)) && more != 0 ? words : List.of();
    }

    static List<String> processors(HostView host, Optional<List<Long>> asked, Report report) {
        if (asked.isEmpty()) {
            return List.of();
        }
        Set<Long> there = new TreeSet<>(asked.get());
        there.retainAll(host.processors());
        Set<Long> missing = new TreeSet<>(asked.get());
        missing.removeAll(there);
        Optional<Path> taskset = host.tool("taskset");
        if (there.isEmpty() || taskset.isEmpty()) {
            report.degraded(
                    "cpu_affinity",
                    taskset.isEmpty()
                            ? Tools.missing("taskset")
                            : "none of them is there; the daemon may use " + list(host.processors()));
            return List.of();
        }
        List<String> words = List.of(taskset.get().toString(), "-c", list(there));
        Optional<String> refused = host.refused(words);
        Optional<String> partly = missing.isEmpty()
                ? Optional.empty()
                : Optional.of("only " + list(there) + ": the daemon may not use " + list(missing));
        report.add("cpu_affinity", refused.or(() -> partly));
        return refused.isEmpty() ? words : List.of();
    }

    private static String list(Set<Long> numbers) {
        return new TreeSet<>(numbers).stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
