package io.shipote.core;

import io.shipote.card.RunId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What runs with {@code detached_children} have left behind in a workspace: trees without their main process, that are
 * ended with the workspace. Confined to the loop thread.
 */
public final class Leftovers {
    private final Map<RunId, Tree> trees = new LinkedHashMap<>();

    void add(RunId run, Tree tree) {
        trees.put(run, tree);
        tree.whenGone(() -> trees.remove(run));
    }

    /** The runs that something is left of. */
    public List<RunId> runs() {
        return List.copyOf(trees.keySet());
    }

    /** Ends all. */
    public void end(Duration grace, Runnable done) {
        List<Tree> all = List.copyOf(trees.values());
        Countdown left = new Countdown(all.size(), done);
        all.forEach(tree -> tree.end(grace, left::one));
    }

    /** What of them cannot be killed. */
    List<String> remains() {
        return trees.values().stream().flatMap(tree -> tree.remains().stream()).toList();
    }
}
