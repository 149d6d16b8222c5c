package io.shipote.client;

import io.shipote.card.wire.DaemonCalls.AuditIn;
import io.shipote.card.wire.DaemonCalls.AuditOut;
import io.shipote.card.wire.DaemonCalls.CapabilitiesIn;
import io.shipote.card.wire.DaemonCalls.CapabilitiesOut;
import io.shipote.card.wire.DaemonCalls.DiscernIn;
import io.shipote.card.wire.DaemonCalls.DiscernOut;
import io.shipote.card.wire.DaemonCalls.EventsIn;
import io.shipote.card.wire.DaemonCalls.EventsOut;
import io.shipote.card.wire.DaemonCalls.HealthIn;
import io.shipote.card.wire.DaemonCalls.HealthOut;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotIn;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotOut;
import io.shipote.card.wire.DaemonCalls.PruneIn;
import io.shipote.card.wire.DaemonCalls.PruneOut;
import io.shipote.card.wire.DaemonCalls.SaveSnapshotIn;
import io.shipote.card.wire.DaemonCalls.SaveSnapshotOut;
import io.shipote.card.wire.DaemonCalls.StopDaemonIn;
import io.shipote.card.wire.DaemonCalls.StopDaemonOut;
import io.shipote.card.wire.DaemonCalls.TopIn;
import io.shipote.card.wire.DaemonCalls.TopOut;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.DaemonCalls.WhyIn;
import io.shipote.card.wire.DaemonCalls.WhyOut;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The daemon, as a Java program sees it.
 *
 * <pre>{@code
 * try (Shipote shipote = Shipote.connect()) {
 *     String ws = shipote.workspaces().create(WorkspaceSpec.of("nightly")).id();
 *     ObjectNode sort = CommandRef.nativeCommand("sort", "sort", List.of("/srv/in.txt")).encode();
 *     String id = shipote.commands().run(ws, sort).id();
 *     WaitOut end = shipote.commands().await(id, Optional.empty());
 *     if (end.status() != 0) {
 *         System.err.println(end.why());
 *     }
 *     shipote.workspaces().delete(ws, Optional.empty());
 * }
 * }</pre>
 *
 * <p>For any thread. A call takes a connection of its own while it lasts, so that calls do not wait for each other; idle
 * connections are kept and used again. If one turns out to be dead before the call was sent whole, the daemon is dialled
 * anew once; afterwards the call fails with a {@link ConnectionException}, as nobody knows whether it was carried out.
 * Every method may also throw {@link io.shipote.card.wire.ShipoteException}, the daemon's answer; a future fails with the
 * same.
 */
public final class Shipote implements AutoCloseable {
    private final Calls calls;

    private Shipote(Calls calls) {
        this.calls = calls;
    }

    /**
     * Connects to the daemon of this user, on the usual socket; see {@link Locations#socket}.
     *
     * @throws NoDaemonException if none answers
     * @throws io.shipote.card.wire.ShipoteException as {@link Locations#requireOurs}
     */
    public static Shipote connect() {
        Locations locations = Locations.ofProcess();
        return connect(locations.requireOurs(locations.socket()));
    }

    /**
     * Connects to the daemon on a socket.
     *
     * @throws NoDaemonException if none answers
     */
    public static Shipote connect(Path socket) {
        return new Shipote(Calls.dial(socket));
    }

    public Workspaces workspaces() {
        return new Workspaces(calls);
    }

    public Commands commands() {
        return new Commands(calls);
    }

    public Pipelines pipelines() {
        return new Pipelines(calls);
    }

    /** What happens from now on, in one workspace or in all, until it is closed; each reply tells how many were lost. */
    public Subscription events(Optional<String> workspace, Consumer<EventsOut> each) {
        return calls.subscribe(new EventsIn(workspace), EventsOut.class, each);
    }

    /** How the daemon is. */
    public HealthOut health() {
        return calls.call(new HealthIn(), HealthOut.class);
    }

    /** {@link #health} without waiting. */
    public CompletableFuture<HealthOut> healthAsync() {
        return calls.async(new HealthIn(), HealthOut.class);
    }

    /** What this host can enforce. */
    public CapabilitiesOut capabilities() {
        return calls.call(new CapabilitiesIn(), CapabilitiesOut.class);
    }

    /** {@link #capabilities} without waiting. */
    public CompletableFuture<CapabilitiesOut> capabilitiesAsync() {
        return calls.async(new CapabilitiesIn(), CapabilitiesOut.class);
    }

    /** Explains the state of a workspace, command or pipeline. */
    public WhyOut why(String target, Optional<String> workspace) {
        return calls.call(new WhyIn(target, workspace), WhyOut.class);
    }

    /** {@link #why} without waiting. */
    public CompletableFuture<WhyOut> whyAsync(String target, Optional<String> workspace) {
        return calls.async(new WhyIn(target, workspace), WhyOut.class);
    }

    /** The last lines of the audit log, oldest first; each is an object of its own. */
    public AuditOut audit(Optional<Long> tail) {
        return calls.call(new AuditIn(tail, Optional.empty()), AuditOut.class);
    }

    /** {@link #audit} without waiting. */
    public CompletableFuture<AuditOut> auditAsync(Optional<Long> tail) {
        return calls.async(new AuditIn(tail, Optional.empty()), AuditOut.class);
    }

    /** The last lines of the audit log, then each later one, until it is closed. */
    public Subscription followAudit(Optional<Long> tail, Consumer<AuditOut> each) {
        return calls.subscribe(new AuditIn(tail, Optional.of(true)), AuditOut.class, each);
    }

    /** What the bytes seem to be; at most 64 KiB of them count. */
    public DiscernOut discern(byte[] data, Optional<String> name, boolean whole) {
        return calls.call(sample(data, name, whole), DiscernOut.class);
    }

    /** {@link #discern} without waiting. */
    public CompletableFuture<DiscernOut> discernAsync(byte[] data, Optional<String> name, boolean whole) {
        return calls.async(sample(data, name, whole), DiscernOut.class);
    }

    private static DiscernIn sample(byte[] data, Optional<String> name, boolean whole) {
        return new DiscernIn(Base64.getEncoder().encodeToString(data), name, Optional.of(true), Optional.of(whole));
    }

    /** What uses most now: workspaces and runs, so many of each at most. */
    public TopOut top(Optional<String> workspace, Optional<Long> limit) {
        return calls.call(new TopIn(workspace, limit), TopOut.class);
    }

    /** {@link #top} without waiting. */
    public CompletableFuture<TopOut> topAsync(Optional<String> workspace, Optional<Long> limit) {
        return calls.async(new TopIn(workspace, limit), TopOut.class);
    }

    /** {@link #top} each second, until it is closed. */
    public Subscription watchTop(Optional<String> workspace, Optional<Long> limit, Consumer<TopOut> each) {
        return calls.subscribe(new TopIn(workspace, limit), TopOut.class, each);
    }

    /** Removes what has ended and is not declared, with its logs. */
    public PruneOut prune(PruneIn in) {
        return calls.call(in, PruneOut.class);
    }

    /** {@link #prune} without waiting. */
    public CompletableFuture<PruneOut> pruneAsync(PruneIn in) {
        return calls.async(in, PruneOut.class);
    }

    /** Takes entries of another snapshot in; nothing that exists is changed. */
    public ImportSnapshotOut importSnapshot(ImportSnapshotIn in) {
        return calls.call(in, ImportSnapshotOut.class);
    }

    /** {@link #importSnapshot} without waiting. */
    public CompletableFuture<ImportSnapshotOut> importSnapshotAsync(ImportSnapshotIn in) {
        return calls.async(in, ImportSnapshotOut.class);
    }

    /** Folds all changes into the snapshot file. */
    public SaveSnapshotOut saveSnapshot() {
        return calls.call(new SaveSnapshotIn(), SaveSnapshotOut.class);
    }

    /** {@link #saveSnapshot} without waiting. */
    public CompletableFuture<SaveSnapshotOut> saveSnapshotAsync() {
        return calls.async(new SaveSnapshotIn(), SaveSnapshotOut.class);
    }

    /**
     * Has the daemon replace its program in its process, and waits until the new one answers. Everything goes on running,
     * open connections stay. A new program that cannot start or read the state does not take over.
     */
    public UpgradeOut upgrade(UpgradeIn in) {
        return calls.call(in, UpgradeOut.class);
    }

    /** {@link #upgrade} without waiting. */
    public CompletableFuture<UpgradeOut> upgradeAsync(UpgradeIn in) {
        return calls.async(in, UpgradeOut.class);
    }

    /** Ends the daemon; without {@code all} what it runs goes on. */
    public StopDaemonOut stopDaemon(Optional<Boolean> all, Optional<Long> graceMs) {
        return calls.call(new StopDaemonIn(all, graceMs), StopDaemonOut.class);
    }

    /** {@link #stopDaemon} without waiting. */
    public CompletableFuture<StopDaemonOut> stopDaemonAsync(Optional<Boolean> all, Optional<Long> graceMs) {
        return calls.async(new StopDaemonIn(all, graceMs), StopDaemonOut.class);
    }

    /** Closes all connections; calls that wait fail with a {@link ConnectionException}, subscriptions end. */
    @Override
    public void close() {
        calls.close();
    }
}
