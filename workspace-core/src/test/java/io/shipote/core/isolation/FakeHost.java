package io.shipote.core.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A host with all tools that allows everything, unless it is told not to. */
class FakeHost implements HostView {
    final Set<String> missing = new HashSet<>();
    final Set<String> absent = new HashSet<>();
    /** Word to reason: any way with that word in it is refused. */
    final Map<String, String> refusals = new HashMap<>();
    /** A way is refused, unless it goes through a user namespace. */
    boolean onlyInside;

    long uid;
    final List<List<String>> tried = new ArrayList<>();

    @Override
    public Optional<Path> tool(String name) {
        return missing.contains(name) ? Optional.empty() : Optional.of(Path.of("/bin", name));
    }

    @Override
    public Optional<String> refused(List<String> words) {
        tried.add(words);
        if (onlyInside && words.contains("/bin/unshare") && !words.contains("--map-current-user")) {
            return Optional.of("not permitted");
        }
        return words.stream().filter(refusals::containsKey).map(refusals::get).findFirst();
    }

    @Override
    public Set<Long> processors() {
        return Set.of(0L, 1L, 2L);
    }

    @Override
    public int niceness() {
        return 2;
    }

    @Override
    public long uid() {
        return uid;
    }

    @Override
    public long gid() {
        return uid;
    }

    @Override
    public boolean exists(String path) {
        return !absent.contains(path);
    }
}
