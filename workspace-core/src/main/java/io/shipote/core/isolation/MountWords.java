package io.shipote.core.isolation;

import io.shipote.card.Mounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another view of the files, by {@code bwrap(1)}: all of the host's, with changes. */
final class MountWords {
    private final HostView host;
    private final List<String> words = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    /** Where something of our own is: below it bwrap makes what is missing. */
    private final List<String> fresh = new ArrayList<>();

    private MountWords(HostView host) {
        this.host = host;
    }

    /** @param asked in the order in which they are laid over each other */
    static List<String> of(HostView host, List<Mounts> asked, Report report) {
        if (asked.isEmpty()) {
            return List.of();
        }
        Optional<Path> bwrap = host.tool("bwrap");
        if (bwrap.isEmpty()) {
            report.degraded("mounts", Tools.missing("bwrap"));
            return List.of();
        }
        List<String> base = List.of(bwrap.get().toString(), "--dev-bind", "/", "/");
        Optional<String> refused = host.refused(base);
        if (refused.isPresent()) {
            report.add("mounts", refused);
            return List.of();
        }
        MountWords made = new MountWords(host);
        made.words.addAll(base);
        asked.forEach(made::add);
        report.add("mounts", made.wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", made.wrong)));
        return made.words.size() > base.size() ? made.words : List.of();
    }

    private void add(Mounts mounts) {
        mounts.hideHomeReal().ifPresent(path -> tmpfs(path, Optional.empty()));
        if (mounts.home() instanceof Mounts.Home.InMemory memory) {
            tmpfs(memory.tmpfs().target(), size(memory.tmpfs()));
        } else if (mounts.home() instanceof Mounts.Home.Subdirectory sub) {
            bind(sub.source(), sub.target(), false);
        }
        mounts.tmpfs().forEach(one -> tmpfs(one.target(), size(one)));
        mounts.binds().forEach(one -> bind(one.source(), one.target(), one.readOnly()));
    }

    private static Optional<String> size(Mounts.Tmpfs tmpfs) {
        return tmpfs.sizeBytes().map(bytes -> Long.toString(bytes.saturated()));
    }

    private void tmpfs(String target, Optional<String> size) {
        if (!usable(target)) {
            return;
        }
        size.ifPresent(bytes -> words.addAll(List.of("--size", bytes)));
        words.addAll(List.of("--tmpfs", target));
        fresh.add(target);
    }

    private void bind(String source, String target, boolean readOnly) {
        if (!source.startsWith("/") || !host.exists(source)) {
            wrong.add("there is no " + source + " to show at " + target);
        } else if (usable(target)) {
            words.addAll(List.of(readOnly ? "--ro-bind" : "--bind", source, target));
            fresh.add(target);
        }
    }

    /** What is not there would have to be made on the host, for all to see. */
    private boolean usable(String target) {
        boolean ours = fresh.stream().anyMatch(one -> Path.of(target).startsWith(one));
        if (!target.startsWith("/") || !ours && !host.exists(target)) {
            wrong.add("there is no " + target + " on this host to put something at (make it)");
            return false;
        }
        return true;
    }
}
