package io.shipote.daemon.it;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a client has made, as it remembers it or as a daemon shows it; a value. What is not known yet is empty.
 *
 * @param spaces its workspaces, by label
 * @param saved the newest version of its saved pipelines, by name
 */
record ChaosWorld(Map<String, Space> spaces, Map<String, Long> saved) {
    static final ChaosWorld EMPTY = new ChaosWorld(Map.of(), Map.of());

    /** A workspace with its commands, by label. */
    record Space(Optional<String> id, Map<String, Job> jobs) {
        boolean fits(Space seen) {
            return known(id, seen.id)
                    && jobs.keySet().equals(seen.jobs.keySet())
                    && jobs.entrySet().stream().allMatch(job -> job.getValue().fits(seen.jobs.get(job.getKey())));
        }

        Space with(String label, Job job) {
            return new Space(id, changed(jobs, label, job));
        }
    }

    /**
     * A command.
     *
     * @param up whether it runs; else it was stopped
     * @param run of the process that runs
     * @param restarts empty: any number
     */
    record Job(Optional<String> id, boolean up, Optional<String> run, Optional<Long> pid, Optional<Long> restarts) {
        static final Job NEW = new Job(Optional.empty(), true, Optional.empty(), Optional.empty(), Optional.of(0L));

        boolean fits(Job seen) {
            return known(id, seen.id)
                    && up == seen.up
                    && known(run, seen.run)
                    && known(pid, seen.pid)
                    && known(restarts, seen.restarts);
        }

        /** The same command without a process. */
        Job down() {
            return new Job(id, false, Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** The same command with a process that is not known yet. */
        Job startedAnew() {
            return new Job(id, true, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Whether a daemon that shows this has lost nothing and made up nothing. */
    boolean fits(ChaosWorld seen) {
        return saved.equals(seen.saved)
                && spaces.keySet().equals(seen.spaces.keySet())
                && spaces.entrySet().stream().allMatch(space -> space.getValue().fits(seen.spaces.get(space.getKey())));
    }

    private static <T> boolean known(Optional<T> remembered, Optional<T> seen) {
        return remembered.isEmpty() || remembered.equals(seen);
    }

    ChaosWorld with(String label, Space space) {
        return new ChaosWorld(changed(spaces, label, space), saved);
    }

    ChaosWorld in(String label, UnaryOperator<Space> change) {
        return with(label, change.apply(spaces.get(label)));
    }

    ChaosWorld without(String label) {
        return new ChaosWorld(less(spaces, label), saved);
    }

    ChaosWorld withoutJob(String space, String job) {
        return in(space, old -> new Space(old.id, less(old.jobs, job)));
    }

    ChaosWorld withSaved(String name, long version) {
        return new ChaosWorld(spaces, changed(saved, name, version));
    }

    ChaosWorld withoutSaved(String name) {
        return new ChaosWorld(spaces, less(saved, name));
    }

    private static <T> Map<String, T> changed(Map<String, T> map, String key, T value) {
        Map<String, T> copy = new TreeMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static <T> Map<String, T> less(Map<String, T> map, String key) {
        Map<String, T> copy = new TreeMap<>(map);
        copy.remove(key);
        return copy;
    }
}
