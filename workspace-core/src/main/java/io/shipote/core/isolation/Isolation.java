package io.shipote.core.isolation;

import io.shipote.card.Permissions;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides how a process gets what is asked for it, item by item, by what this host really allows: each thing is tried
 * before it is called applied. Confined to the launcher's thread.
 */
public final class Isolation {
    /** The signals that a process which only waits for the program must not die of: they are the program's. */
    private static final String PASSED_ON = "HUP,INT,QUIT,USR1,USR2,PIPE,ALRM,TERM";

    private final HostView host;

    public Isolation(HostView host) {
        this.host = host;
    }

    /** How a process is launched for which this is asked. */
    public Isolated of(Asked asked) {
        if (asked.nothing()) {
            return Isolated.NOTHING;
        }
        Isolated whole = made(asked, Optional.empty());
        if (whole.through().isEmpty()) {
            return whole;
        }
        // Each for itself is possible; all of it together may not be.
        return host.refused(whole.through())
                .map(why -> made(asked, Optional.of(why)))
                .orElse(whole);
    }

    /** @param apart why namespaces and mounts cannot be had together with the rest, if so */
    private Isolated made(Asked asked, Optional<String> apart) {
        Report report = new Report();
        List<String> words = new ArrayList<>(Limits.nice(host, asked.nice(), report));
        words.addAll(Limits.processors(host, asked.cpus(), report));
        Report views = new Report();
        List<String> spaces = new NamespaceWords(host, asked.namespaces(), views).words();
        List<String> mounts = MountWords.of(host, asked.mounts(), views);
        if (apart.isPresent()) {
            spaces = List.of();
            mounts = List.of();
            views.items().forEach(one -> report.degraded(one.item(), one.why().orElse(apart.get())));
        }
        List<String> identity = Identity.words(host, asked.runAs(), report);
        // A user who is to have a user namespace has to be that user before: inside there are no others.
        boolean before = spaces.contains("--map-current-user");
        if (before) {
            words.addAll(identity);
        }
        words.addAll(shielded(spaces, mounts));
        words.addAll(Limits.rlimits(host, asked.rlimits(), report));
        if (!before) {
            words.addAll(identity);
        }
        Optional<Long> nofile = Limits.nofile(host, asked.nofile(), report);
        List<Applied> items = new ArrayList<>(report.items());
        if (apart.isEmpty()) {
            items.addAll(views.items());
        }
        return new Isolated(words, nofile, items);
    }

    /** Where a tool stays behind to wait for the program, signals to the whole tree are the program's alone. */
    private List<String> shielded(List<String> spaces, List<String> mounts) {
        List<String> words = new ArrayList<>(spaces);
        words.addAll(mounts);
        Optional<Path> env = host.tool("env");
        if (env.isPresent() && (NamespaceWords.forks(spaces) || !mounts.isEmpty())) {
            words.addAll(0, List.of(env.get().toString(), "--ignore-signal=" + PASSED_ON));
            words.addAll(List.of(env.get().toString(), "--default-signal"));
        }
        return words;
    }

    /** What a workspace asks for that nothing here enforces, or that is taken otherwise than it stands there. */
    public static List<Applied> advisories(WorkspaceSpec spec) {
        List<Applied> items = new ArrayList<>();
        if (spec.soma().cgroup().path().startsWith("/")) {
            items.add(Applied.degraded("cgroup.path", "taken below this daemon's own group, as every path is"));
        }
        if (!spec.permissions().equals(Permissions.NONE)) {
            items.add(Applied.advisory("permissions", "kept; nothing is granted or denied by them"));
        }
        if (!spec.flowDirs().isEmpty()) {
            items.add(Applied.advisory("flow_dirs", "kept; no directories are made for them"));
        }
        return items;
    }
}
