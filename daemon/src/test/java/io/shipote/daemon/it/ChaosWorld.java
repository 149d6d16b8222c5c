package io.shipote.daemon.it;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a client has made, as it remembers it or as a daemon shows it; a value. What is not known yet is empty.
 *
 * @param spaces its workspaces, by label
 * @param saved the newest version of its saved pipelines, by name
 */
record ChaosWorld(Map<String, Space> spaces, Map<String, Long> saved) {
    static final ChaosWorld EMPTY = new ChaosWorld(Map.of(), Map.of());

    /**
     * A workspace with its commands and pipelines, by label.
     *
     * @param paused whether all of it is kept from running
     * @param until when it ends by itself, in Unix milliseconds; {@link Long#MAX_VALUE} for never
     */
    record Space(Optional<String> id, boolean paused, long until, Map<String, Job> jobs) {
        static final Space NEW = new Space(Optional.empty(), false, Long.MAX_VALUE, Map.of());

        boolean fits(Space seen) {
            return known(id, seen.id)
                    && paused == seen.paused
                    && jobs.keySet().equals(seen.jobs.keySet())
                    && jobs.entrySet().stream().allMatch(job -> job.getValue().fits(seen.jobs.get(job.getKey())));
        }

        Space with(String label, Job job) {
            return new Space(id, paused, until, changed(jobs, label, job));
        }

        Space withId(String known) {
            return new Space(Optional.of(known), paused, until, jobs);
        }

        boolean mortal() {
            return until != Long.MAX_VALUE;
        }

        /** The same, kept from running or not, with all that is in it. */
        Space withPaused(boolean now) {
            Job.State from = now ? Job.State.UP : Job.State.PAUSED;
            Job.State to = now ? Job.State.PAUSED : Job.State.UP;
            return new Space(
                    id,
                    now,
                    until,
                    jobs.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey,
                                    job -> job.getValue().state() == from
                                            ? job.getValue().withState(to)
                                            : job.getValue())));
        }
    }

    /**
     * A command, or a pipeline.
     *
     * @param again whether it is started again when it dies
     * @param pids of its processes, in the order of its stages; none unless it is alive
     * @param runs of these processes
     * @param restarts empty: any number
     */
    record Job(
            Optional<String> id,
            State state,
            boolean again,
            Optional<List<Long>> pids,
            Optional<List<String>> runs,
            Optional<Long> restarts) {
        /** What becomes of a job. */
        enum State {
            UP,
            PAUSED,
            /** By a client. */
            STOPPED,
            /** By itself, and for good. */
            ENDED
        }

        static Job made(boolean again) {
            return new Job(Optional.empty(), State.UP, again, Optional.empty(), Optional.empty(), Optional.of(0L));
        }

        boolean fits(Job seen) {
            return known(id, seen.id)
                    && state == seen.state
                    && known(runs, seen.runs)
                    && known(pids, seen.pids)
                    && known(restarts, seen.restarts);
        }

        boolean live() {
            return state == State.UP || state == State.PAUSED;
        }

        Job withState(State now) {
            return new Job(id, now, again, pids, runs, restarts);
        }

        Job withProcesses(String knownId, Optional<List<Long>> newPids, Optional<List<String>> newRuns) {
            return new Job(Optional.of(knownId), State.UP, again, newPids, newRuns, restarts);
        }

        /** The same without a process. */
        Job stopped() {
            return new Job(id, State.STOPPED, again, Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** The same with processes that are not known yet, after any number of restarts. */
        Job startedAnew() {
            return new Job(id, State.UP, again, Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** The same after its processes died, and no client had to do with it. */
        Job died() {
            Optional<Long> next = restarts.map(before -> before + 1);
            return again
                    ? new Job(id, State.UP, true, Optional.empty(), Optional.empty(), next)
                    : new Job(id, State.ENDED, false, Optional.empty(), Optional.empty(), restarts);
        }
    }

    /**
     * Whether a daemon that shows this has lost nothing and made up nothing.
     *
     * @param before when it was asked, in Unix milliseconds
     * @param after when it had answered
     */
    boolean fits(ChaosWorld seen, long before, long after) {
        return saved.equals(seen.saved)
                && spaces.keySet().containsAll(seen.spaces.keySet())
                && spaces.entrySet().stream().allMatch(space -> {
                    Space now = seen.spaces.get(space.getKey());
                    return now == null
                            ? after >= space.getValue().until()
                            : before < space.getValue().until()
                                    && space.getValue().fits(now);
                });
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

    ChaosWorld job(String space, String label, Job job) {
        return in(space, old -> old.with(label, job));
    }

    ChaosWorld without(String label) {
        return new ChaosWorld(less(spaces, label), saved);
    }

    ChaosWorld withoutJob(String space, String job) {
        return in(space, old -> new Space(old.id, old.paused, old.until, less(old.jobs, job)));
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
