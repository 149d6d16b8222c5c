package io.shipote.core;

import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The jobs of one workspace that have ended and that nothing declares, in the order of their ends: they are kept to be
 * looked at, within the bounds of {@link Retention}. Confined to the loop thread.
 */
final class EndedJobs {
    private final Host host;
    private final Map<String, Job> jobs;
    private final Map<String, Long> endedMs = new LinkedHashMap<>();

    /** @param jobs all jobs of the workspace, which this class only reads */
    EndedJobs(Host host, Map<String, Job> jobs) {
        this.host = host;
        this.jobs = jobs;
    }

    /** The job has ended for good. */
    void add(Job job) {
        endedMs.remove(job.id());
        endedMs.put(job.id(), when(job));
    }

    void remove(Job job) {
        endedMs.remove(job.id());
    }

    private long when(Job job) {
        return job.lastRecords().stream()
                .flatMap(record -> record.endedMs().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElseGet(() -> host.loop().wallMillis());
    }

    /** Those that ended more than that long ago, oldest first. */
    List<Job> olderThan(long ageMs) {
        long nowMs = host.loop().wallMillis();
        return dead().stream()
                .filter(job -> nowMs - endedMs.get(job.id()) >= ageMs)
                .toList();
    }

    /** Those that are beyond the bounds, oldest first. */
    List<Job> beyondBounds() {
        int most = host.retention().deadPerWorkspace();
        long nowMs = host.loop().wallMillis();
        long first = endedMs.isEmpty() ? nowMs : endedMs.values().iterator().next();
        if (endedMs.size() <= most && !host.retention().outlived(first, nowMs)) {
            return List.of();
        }
        List<Job> dead = dead();
        int tooMany = Math.max(0, dead.size() - most);
        List<Job> beyond = new ArrayList<>(dead.subList(0, tooMany));
        for (Job job : dead.subList(tooMany, dead.size())) {
            if (host.retention().outlived(endedMs.get(job.id()), nowMs)) {
                beyond.add(job);
            }
        }
        return beyond;
    }

    /** Without those that have been started again, or declared, since they ended. */
    private List<Job> dead() {
        List<Job> dead = new ArrayList<>();
        endedMs.keySet().removeIf(id -> {
            Job job = jobs.get(id);
            if (job == null || job.state().live() || declared(job)) {
                return true;
            }
            // What is still there must not be forgotten.
            if (job.remains().isEmpty()) {
                dead.add(job);
            }
            return false;
        });
        return dead;
    }

    static boolean declared(Job job) {
        return job instanceof Command command && command.intent().durable();
    }

    /** Everything on disk of the jobs. */
    static List<RunRecord> records(List<Job> jobs) {
        return jobs.stream().flatMap(job -> job.keptRecords().stream()).toList();
    }
}
