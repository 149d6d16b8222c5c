package io.shipote.daemon;

import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Commands;
import io.shipote.core.Countdown;
import io.shipote.core.EndedBy;
import io.shipote.core.EventHub;
import io.shipote.core.FileChanges;
import io.shipote.core.Histories;
import io.shipote.core.Host;
import io.shipote.core.Ids;
import io.shipote.core.Intents;
import io.shipote.core.Lanes;
import io.shipote.core.LinuxLauncher;
import io.shipote.core.Loop;
import io.shipote.core.LostRecords;
import io.shipote.core.Quarantine;
import io.shipote.core.RestoreWorkspaces;
import io.shipote.core.RunsFound;
import io.shipote.core.Sampler;
import io.shipote.core.Worker;
import io.shipote.core.Workspaces;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.KeptFiles;
import io.shipote.core.linux.LinuxMeters;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.Subreaper;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.HistoryFiles;
import io.shipote.core.store.RotatingFile;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import io.shipote.daemon.audit.AuditLog;
import io.shipote.daemon.audit.Auditor;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.SocketPath;
import io.shipote.daemon.methods.AuditMethods;
import io.shipote.daemon.methods.CommandMethods;
import io.shipote.daemon.methods.DaemonMethods;
import io.shipote.daemon.methods.DiscernMethods;
import io.shipote.daemon.methods.FlowMethods;
import io.shipote.daemon.methods.Gate;
import io.shipote.daemon.methods.ImportMethods;
import io.shipote.daemon.methods.JobMethods;
import io.shipote.daemon.methods.LogMethods;
import io.shipote.daemon.methods.PauseMethods;
import io.shipote.daemon.methods.PipelineMethods;
import io.shipote.daemon.methods.PruneMethods;
import io.shipote.daemon.methods.Services;
import io.shipote.daemon.methods.StatsMethods;
import io.shipote.daemon.methods.TopMethods;
import io.shipote.daemon.methods.WorkspaceMethods;
import io.shipote.pipeline.Pipelines;
import io.shipote.pipeline.RestorePipelines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real domain: builds it over this host, restores it, and takes it down. Confined to the loop thread. */
final class LiveDomain implements Domain {
    /** In bytes; after the restore of a few hundred workspaces it is not that large. */
    private static final long LARGE_HEAP = 96L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LiveDomain.class);
    private static final String AUDIT_FILE = "audit.jsonl";
    private static final int QUEUE = 65_536;
    /** Most of a launch is waiting for the new process: more lanes than this only contend. */
    private static final int SPAWN_LANES = 3;

    private static final Duration REAP_INTERVAL = Duration.ofSeconds(1);

    private final DaemonContext context;
    private final Loop loop;
    private final EventLoopAdapter pumpLoop;
    private final Worker launcherThread;
    private final Lanes spawnLanes;
    private final Worker samplerThread;
    private final Worker fileThread;
    private final Worker auditThread;
    private final Spawner spawner;
    private final LinuxLauncher launcher;
    private final Services services;
    private final Auditor auditor;
    private final RestoreWorkspaces restoreWorkspaces;
    private final RestorePipelines restorePipelines;
    private final Histories histories;
    private final RunsFound runs;
    private final Map<String, String> environment;
    /** Of runs that are still to be adopted: their exit statuses are not to be taken by anybody else. */
    private Set<Integer> awaited;

    private boolean restored;
    /** What a stop does once all is restored. */
    private Runnable afterRestore = () -> {};

    private LiveDomain(DaemonContext context) throws IOException {
        this.context = context;
        this.loop = context.loop();
        this.launcherThread = new Worker("launcher", QUEUE, loop);
        this.spawnLanes = new Lanes("spawn", SPAWN_LANES, QUEUE, loop);
        this.samplerThread = new Worker("sampler", QUEUE, loop);
        this.fileThread = new Worker("files", QUEUE, loop);
        this.auditThread = new Worker("audit", QUEUE, loop);
        this.pumpLoop = new EventLoopAdapter(error -> LOG.error("the pump loop failed", error));
        Path state = context.directories().state();
        DiskFiles files = new DiskFiles();
        StateStore store = StateStore.open(state, files, new StoreKeys(), context.opening());
        store.warnings().forEach(LOG::warn);
        ProcFiles proc = new ProcFiles();
        this.spawner = new Spawner(proc);
        Subreaper.enable();
        CgroupHost cgroups = context.cgroups().ownedBy(state.toRealPath());
        RunRecords records = new RunRecords(state, files);
        this.environment = Settings.without(Inherited.without(ServiceNotices.without(System.getenv())));
        this.launcher =
                new LinuxLauncher(loop, launcherThread, spawnLanes, spawner, proc, records, cgroups, environment);
        SplittableRandom random = new SplittableRandom();
        Host host = new Host(
                loop,
                launcher,
                new EventHub(loop),
                new Ids(loop),
                proc.bootId(),
                proc.onlineCpus(),
                random::nextDouble,
                context.config().retention());
        Intents intents = new Intents(store, host);
        Workspaces workspaces = new Workspaces(host, intents);
        Commands commands = new Commands(host, intents, workspaces);
        Pipelines pipelines = new Pipelines(host, pumpLoop, new TikaJudge(loop, fileThread), intents, workspaces);
        Quarantine quarantine = new Quarantine();
        Sampler sampler = new Sampler(
                host,
                workspaces,
                samplerThread::execute,
                new LinuxMeters(KeptFiles.within(proc.descriptorLimit())),
                context.config().sampleInterval());
        this.histories = new Histories(loop, workspaces, new HistoryFiles(state, files), fileThread::execute);
        this.services = new Services(
                context,
                host,
                store,
                records,
                cgroups,
                workspaces,
                commands,
                pipelines,
                sampler,
                histories,
                fileThread,
                FileChanges.open(loop),
                quarantine,
                new Gate(loop),
                new AuditLog(
                        loop,
                        auditThread,
                        new RotatingFile(
                                files,
                                state.resolve(AUDIT_FILE),
                                context.config().audit().fileBytes(),
                                context.config().audit().files())),
                new Upkeep(host, context.config().disk(), workspaces, records, state, fileThread));
        this.auditor = new Auditor(loop, services.audit());
        host.events().subscribe(auditor::happened);
        this.restoreWorkspaces = new RestoreWorkspaces(host, intents, workspaces, quarantine);
        this.restorePipelines = new RestorePipelines(host, pipelines, workspaces, quarantine);
        restoreWorkspaces.read(store.entries(Section.WORKSPACES));
        restorePipelines.read(store.entries(Section.SAVED_PIPELINES), store.entries(Section.LIVE_PIPELINES));
        Map<String, RunCensus.Living> living = new RunCensus(cgroups).take();
        List<RunRecord> found = new LostRecords(records, proc, living, loop.wallMillis())
                .complete(
                        records.tidied(run -> living.containsKey(run) || proc.anyHasRun(run)),
                        id -> workspaces.byId(id).isPresent(),
                        id -> pipelines.list(Optional.empty()).stream()
                                .anyMatch(one -> one.id().equals(id.text())));
        this.awaited = found.stream().map(RunRecord::pid).collect(Collectors.toUnmodifiableSet());
        this.runs = new RunsFound(found);
        store.onFold(
                (section, key) -> section == Section.WORKSPACES ? fresh(intents, workspaces, key) : Optional.empty());
        store.attach(loop);
        quarantine.entries().forEach(q -> LOG.warn("entry {} of {} is not used: {}", q.key(), q.section(), q.reason()));
        LOG.info("control groups: {}", cgroups.describe());
    }

    /** @throws ShipoteException if the state cannot be read or this host lacks what is needed */
    static Domain open(DaemonContext context) {
        try {
            return new LiveDomain(context);
        } catch (IOException e) {
            throw new ShipoteException(ErrorCode.INTERNAL, e.getMessage());
        }
    }

    private static Optional<byte[]> fresh(Intents intents, Workspaces workspaces, String key) {
        try {
            return workspaces.byId(WorkspaceId.parse(key)).flatMap(intents::refreshed);
        } catch (IllegalArgumentException e) {
            // The key of a quarantined entry is no id.
            return Optional.empty();
        }
    }

    @Override
    public void register(MethodTable table) {
        new WorkspaceMethods(services).register(table);
        new StatsMethods(services).register(table);
        new CommandMethods(services).register(table);
        new PipelineMethods(services).register(table);
        new FlowMethods(services).register(table);
        new TopMethods(services).register(table);
        new JobMethods(services).register(table);
        new PauseMethods(services).register(table);
        new LogMethods(services).register(table);
        new DiscernMethods(services).register(table);
        new DaemonMethods(services, ownUid()).register(table);
        new AuditMethods(services).register(table);
        new PruneMethods(services).register(table);
        new ImportMethods(services).register(table);
        table.observe(auditor);
    }

    private static int ownUid() {
        try {
            return SocketPath.ownUid();
        } catch (IOException e) {
            throw new ShipoteException(ErrorCode.INTERNAL, "cannot tell our own user: " + e.getMessage());
        }
    }

    @Override
    public Optional<Standby> standby() {
        return Optional.of(new Standby(
                services.gate()::ready, spawner, launcher, histories, services.store(), services.audit(), auditor));
    }

    @Override
    public void start(Runnable restored) {
        Aftermath aftermath =
                Aftermath.seen(loop, launcherThread, services.workspaces(), services.cgroups(), environment);
        launcherThread.start();
        spawnLanes.start();
        samplerThread.start();
        fileThread.start();
        auditThread.start();
        Countdown ready = new Countdown(2, () -> {
            giveBack();
            restored.run();
        });
        histories.start(quarantined(), () -> {
            services.sampler().start();
            ready.one();
        });
        services.upkeep().start();
        loop.schedule(REAP_INTERVAL, this::reapStrangers);
        restoreWorkspaces.revive(
                runs,
                () -> restorePipelines.revive(
                        runs, context.opening().generation().isPresent(), () -> {
                            awaited = Set.of();
                            restoreWorkspaces.finish();
                            services.gate().open();
                            this.restored = true;
                            afterRestore.run();
                            services.upkeep().restored();
                            aftermath.clear();
                            ready.one();
                            LOG.info(
                                    "restored {} workspaces",
                                    services.workspaces().all().size());
                        }));
    }

    /** What was read is several times as large as what is kept, and the collector returns memory only of a whole look. */
    private void giveBack() {
        if (Runtime.getRuntime().totalMemory() > LARGE_HEAP) {
            fileThread.execute(System::gc);
        }
    }

    private Set<String> quarantined() {
        Set<String> keys = new HashSet<>();
        services.quarantine().entries().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    /** Orphans of our children become our children; the kernel keeps them as zombies until we wait for them. */
    private void reapStrangers() {
        loop.schedule(REAP_INTERVAL, this::reapStrangers);
        Set<Integer> others = awaited;
        launcherThread.execute(() -> {
            try {
                spawner.reapStrangers(others::contains);
            } catch (IOException e) {
                LOG.warn("orphans could not be waited for", e);
            }
        });
    }

    @Override
    public void stop(Runnable done) {
        services.gate().close();
        if (context.config().onStop() == DaemonConfig.OnStop.STOP) {
            // The daemon has not long to go: what a card asks for does not count.
            Runnable end = () ->
                    services.workspaces().endAll(EndedBy.DAEMON, Optional.of(Pipelines.GRACE), ended -> leave(done));
            if (restored) {
                end.run();
            } else {
                // What is not restored yet would not be ended.
                afterRestore = end;
            }
        } else {
            leave(done);
        }
    }

    private void leave(Runnable done) {
        launcher.close();
        histories.flush(() -> services.store().close(result -> {
            result.error().ifPresent(e -> LOG.error("the last snapshot was not written", e));
            // A launch that is under way is finished first: what is made must be recorded.
            launcher.drained(() -> services.audit().flush(() -> {
                launcherThread.close();
                spawnLanes.close();
                samplerThread.close();
                fileThread.close();
                services.changes().close();
                auditThread.close();
                pumpLoop.close();
                done.run();
            }));
        }));
    }
}
