package io.shipote.core;

import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of live runs bounded without standing between a process and its file: the blocks at the head of a file
 * that has grown too long are given back to the file system ({@code FALLOC_FL_PUNCH_HOLE}, fallocate(2)). Offsets never
 * shift, so writers and followers notice nothing. What is written between two looks comes on top of the bound.
 *
 * <p>Confined to the loop, but for {@link #trim}, which runs on the worker.
 */
public final class LogBounds {
    /** What is kept of each stream of a run, at least. */
    public static final long KEPT_BYTES = 64L << 20;

    /** How much more a file may have before it is trimmed. */
    public static final long SLACK_BYTES = 16L << 20;

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final long BLOCK = 4096;
    private static final Logger LOG = LoggerFactory.getLogger(LogBounds.class);

    private final Loop loop;
    private final Workspaces workspaces;
    private final RunRecords records;
    private final Worker worker;
    private final Map<Path, Long> heads = new HashMap<>();
    private final Set<Path> refused = new HashSet<>();
    private boolean looking;

    public LogBounds(Loop loop, Workspaces workspaces, RunRecords records, Worker worker) {
        this.loop = loop;
        this.workspaces = workspaces;
        this.records = records;
        this.worker = worker;
    }

    public void start() {
        loop.schedule(INTERVAL, this::tick);
    }

    private void tick() {
        loop.schedule(INTERVAL, this::tick);
        if (looking) {
            return;
        }
        List<Path> files = new ArrayList<>();
        for (Workspace workspace : workspaces.all()) {
            workspace.jobs().forEach(job -> job.liveRuns().forEach(run -> add(files, run.record())));
        }
        if (files.isEmpty()) {
            return;
        }
        looking = true;
        worker.execute(() -> {
            heads.keySet().retainAll(Set.copyOf(files));
            files.forEach(this::trim);
            loop.execute(() -> looking = false);
        });
    }

    private void add(List<Path> files, RunRecord record) {
        files.add(records.out(record.workspace(), record.run()));
        files.add(records.err(record.workspace(), record.run()));
    }

    private void trim(Path file) {
        // 0 for a stage whose output is a pipe: it has no such file.
        long size = file.toFile().length();
        long head = heads.getOrDefault(file, 0L);
        if (size - head <= KEPT_BYTES + SLACK_BYTES || refused.contains(file) || !Files.exists(file)) {
            return;
        }
        long next = (size - KEPT_BYTES) / BLOCK * BLOCK;
        try (Fd fd = Fd.open(file, Fd.Access.READ_WRITE)) {
            fd.punchHole(head, next - head);
            heads.put(file, next);
        } catch (IOException e) {
            refused.add(file);
            LOG.warn("the log {} is not bounded: its file system does not give back parts of a file", file, e);
        }
    }
}
