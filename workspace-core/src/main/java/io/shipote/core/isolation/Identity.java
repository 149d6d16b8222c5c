package io.shipote.core.isolation;

import io.shipote.card.RunAs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Another user and group, by {@code setpriv(1)}. */
final class Identity {
    private Identity() {}

    /** The words that take it on; none where it is the daemon's own already or cannot be had. */
    static List<String> words(HostView host, Optional<RunAs> asked, Report report) {
        if (asked.isEmpty()) {
            return List.of();
        }
        RunAs as = asked.get();
        if (host.uid() != 0) {
            boolean own = as.uid() == host.uid()
                    && as.gid() == host.gid()
                    && as.groups().isEmpty();
            report.add(
                    "run_as",
                    own
                            ? Optional.empty()
                            : Optional.of("only a daemon of root can change the user; this one has uid " + host.uid()));
            return List.of();
        }
        Optional<Path> setpriv = host.tool("setpriv");
        if (setpriv.isEmpty()) {
            report.degraded("run_as", Tools.missing("setpriv"));
            return List.of();
        }
        String groups = as.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
        List<String> words = List.of(
                setpriv.get().toString(),
                "--reuid=" + as.uid(),
                "--regid=" + as.gid(),
                groups.isEmpty() ? "--clear-groups" : "--groups=" + groups);
        return report.add("run_as", host.refused(words)) ? words : List.of();
    }
}
