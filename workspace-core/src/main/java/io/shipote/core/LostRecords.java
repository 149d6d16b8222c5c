package io.shipote.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CommandId;
import io.shipote.card.PipelineId;
import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcStat;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes run records good that are not there, cannot be read, or speak of another process, from what the processes
 * themselves tell. What only a record knows is lost then: how often a command was restarted, and the card of a pipeline
 * that is not supervised; its stages go on as commands. Used once at start; blocking.
 */
public final class LostRecords {
    private static final Logger LOG = LoggerFactory.getLogger(LostRecords.class);
    private static final long MS_PER_TICK = 1_000 / ProcStat.TICKS_PER_SECOND;

    private final RunRecords records;
    private final ProcFiles proc;
    private final Map<String, RunCensus.Living> living;
    private final long bootMs;

    /** @param living what {@link RunCensus#take} has found */
    public LostRecords(RunRecords records, ProcFiles proc, Map<String, RunCensus.Living> living, long nowMs) {
        this.records = records;
        this.proc = proc;
        this.living = living;
        this.bootMs = nowMs - proc.uptimeMillis();
    }

    /**
     * These records, and those that were missing; what has changed is written.
     *
     * @param workspaces which are known
     * @param pipelines which are in the snapshot
     */
    public List<RunRecord> complete(
            List<RunRecord> read, Predicate<WorkspaceId> workspaces, Predicate<PipelineId> pipelines)
            throws IOException {
        Map<String, RunRecord> all = new HashMap<>();
        read.forEach(record -> all.put(record.run().text(), record));
        for (RunCensus.Living one : living.values()) {
            Optional<RunRecord> before = Optional.ofNullable(all.get(one.run()));
            Optional<RunRecord> now = before.isPresent() ? corrected(before.get(), one.main()) : made(one, workspaces);
            if (now.isPresent()) {
                LOG.warn(
                        "run {} has {}: process {} says that it is this run, and is taken for it",
                        one.run(),
                        before.isPresent() ? "a record of another process" : "no record that can be read",
                        one.main().pid());
                records.create(now.get());
                all.put(one.run(), now.get());
            }
        }
        return withoutLostPipelines(List.copyOf(all.values()), pipelines);
    }

    /** Empty if it need not be. One that says that its process has ended was written by who saw that. */
    private static Optional<RunRecord> corrected(RunRecord record, ProcessIdentity main) {
        // Of a launch that was cut short the process is looked for anyway.
        boolean need = record.phase() == RunPhase.RUNNING
                && !startedBy(record, main)
                && !(record.pid() == main.pid()
                        && record.startTicks() == main.startTicks()
                        && record.bootId().equals(main.bootId()));
        return need ? Optional.of(record.of(main)) : Optional.empty();
    }

    /** It began after the recorded process, so it is what that one has started, and has outlived it. */
    private static boolean startedBy(RunRecord record, ProcessIdentity main) {
        boolean later = main.startTicks() > record.startTicks()
                || (main.startTicks() == record.startTicks() && main.pid() > record.pid());
        return record.bootId().equals(main.bootId()) && record.pid() != main.pid() && later;
    }

    private Optional<RunRecord> made(RunCensus.Living one, Predicate<WorkspaceId> workspaces) {
        try {
            WorkspaceId workspace = WorkspaceId.parse(one.workspace());
            if (one.command().isEmpty() || !workspaces.test(workspace)) {
                return Optional.empty();
            }
            CommandId command = CommandId.parse(one.command().get());
            List<String> argv = proc.arguments(one.main().pid());
            RunRecord record = RunRecord.launching(
                            one.main().bootId(),
                            RunId.parse(one.run()),
                            command,
                            workspace,
                            label(argv),
                            argv,
                            proc.directory(one.main().pid()),
                            0,
                            bootMs + one.main().startTicks() * MS_PER_TICK)
                    .of(one.main());
            if (one.leaf().isPresent()) {
                record = record.withCgroup(one.leaf().get().toString());
            }
            if (one.pipeline().isPresent()) {
                PipelineId pipeline = PipelineId.parse(one.pipeline().get());
                record = one.holds().isPresent()
                        ? record.holding(pipeline, object(one.holds().get()))
                        : record.ofPipeline(pipeline, Optional.empty());
            }
            return Optional.of(record);
        } catch (IllegalArgumentException e) {
            LOG.warn("process {} cannot be taken for run {}: {}", one.main().pid(), one.run(), e.getMessage());
            return Optional.empty();
        }
    }

    private static ObjectNode object(String json) {
        if (CardJson.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("what it holds is no object: " + json);
    }

    private static String label(List<String> argv) {
        String program = argv.isEmpty() ? "" : argv.get(0);
        String name = program.substring(program.lastIndexOf('/') + 1);
        return name.isBlank() ? "unknown" : name;
    }

    /** Who was a stage of a pipeline of which nothing but this is known goes on by itself. */
    private List<RunRecord> withoutLostPipelines(List<RunRecord> all, Predicate<PipelineId> pipelines)
            throws IOException {
        Set<PipelineId> there = new HashSet<>();
        for (RunRecord record : all) {
            record.pipeline()
                    .filter(id -> record.pipelineCard().isPresent() || pipelines.test(id))
                    .ifPresent(there::add);
        }
        List<RunRecord> result = new ArrayList<>();
        for (RunRecord record : all) {
            boolean stage = record.pipeline().filter(id -> !there.contains(id)).isPresent();
            if (stage && record.holds().isEmpty() && record.phase() == RunPhase.RUNNING && alive(record)) {
                LOG.warn(
                        "pipeline {} of run {} is not known any more: its process {} goes on as a command",
                        record.pipeline().orElseThrow(),
                        record.run(),
                        record.pid());
                RunRecord alone = record.withoutPipeline();
                records.write(alone);
                result.add(alone);
            } else {
                result.add(record);
            }
        }
        return result;
    }

    private boolean alive(RunRecord record) {
        return Optional.ofNullable(living.get(record.run().text()))
                .filter(one -> one.main().pid() == record.pid())
                .isPresent();
    }
}
