package io.shipote.daemon;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.control.ControlServer;
import io.shipote.daemon.control.Limits;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.SocketPath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the daemon in order (locks, loop, domain, socket) and takes it down in reverse. One thread calls {@link #start},
 * {@link #awaitStop} and {@link #close}; {@link #stop} may come from any.
 */
public final class Daemon implements AutoCloseable {
    /** How long an orderly stop may take before the daemon ends without it. */
    public static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long the start waits for the end of the restore. */
    private static final Duration RESTORE_SHARE = Duration.ofSeconds(2);

    /** What of {@link #STOP_LIMIT} is kept for closing the socket and the loop. */
    private static final Duration CLOSE_SHARE = Duration.ofMillis(500);

    private final Settings settings;
    private final Inherited inherited;
    private final ServiceNotices manager;
    private final Function<DaemonContext, Domain> domains;
    private final EventLoopAdapter loop;
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private Locks locks;
    private ControlServer server;
    private Ownership ownership;
    private Domain domain;
    private boolean begun;

    /**
     * A daemon that has not started.
     *
     * @param inherited what the process was left by the program before, or by systemd
     * @param manager is told when this program is about to be replaced
     * @param domains makes the domain, on the loop; it reads and verifies the state and may throw
     *     {@link ShipoteException} to refuse the start
     * @param fatal is told of an {@link Error} on the loop, on the loop: it must end the process
     */
    public Daemon(
            Settings settings,
            Inherited inherited,
            ServiceNotices manager,
            Function<DaemonContext, Domain> domains,
            Consumer<Error> fatal) {
        this.manager = manager;
        this.settings = settings;
        this.inherited = inherited;
        this.domains = domains;
        this.loop = new EventLoopAdapter(fatal);
    }

    /**
     * Takes the locks, reads the state, binds the socket, sets the domain to work and gives it a while to restore.
     *
     * @throws StartException saying why not and what to do; {@link #close} what was begun
     */
    public void start() throws StartException {
        try {
            SocketPath socket = new SocketPath(settings.socket());
            SocketPath.prepareDirectory(settings.directories().state());
            socket.prepareDirectory();
            locks = locks(socket);
            MethodTable methods = new MethodTable();
            onLoop(() -> {
                domain = domains.apply(context());
                domain.register(methods);
                return null;
            });
            DaemonConfig config = settings.config();
            server = new ControlServer(
                    loop,
                    loop.eventLoop(),
                    methods,
                    Limits.defaults().withConnections(config.maxConnections()),
                    config.allowUids(),
                    settings.version());
            onLoop(() -> {
                domain.standby().ifPresent(standby -> {
                    Upgrade upgrade = new Upgrade(
                            loop, settings, locks, server, standby, manager, () -> stopWanted.getCount() == 0);
                    methods.on("Upgrade", UpgradeIn.class, upgrade::begin);
                });
                return null;
            });
            Optional<Succession> succession = Optional.empty();
            if (inherited.handOver().isPresent()) {
                succession = Optional.of(Succession.of(inherited.handOver().get(), server));
                succession.get().early();
            } else if (inherited.systemd() > 0) {
                inspect(socket);
            } else {
                listen(socket);
            }
            CountDownLatch restored = new CountDownLatch(1);
            begun = true;
            onLoop(() -> {
                domain.start(restored::countDown);
                return null;
            });
            awaitRestore(restored);
            if (ownership == null) {
                // Who has waited for us to come must not be told that something is not there yet.
                listen(socket);
            }
            if (succession.isPresent()) {
                succession.get().rest(settings.version(), loop, domain.standby().map(Standby::auditor));
            }
        } catch (IOException e) {
            throw new StartException(reason(e), e);
        }
        LOG.info(
                "ready: version {}, socket {}, state {}",
                settings.version(),
                settings.socket(),
                settings.directories().state());
    }

    private Locks locks(SocketPath socket) throws StartException {
        Path state = settings.directories().state();
        return inherited.handOver().isPresent()
                ? Locks.inherited(state, socket.lockFile(), inherited.handOver().get())
                : Locks.acquire(state, socket.lockFile(), socket.path());
    }

    /** Refuses what systemd has opened, if it is not what we need, before anything is started. */
    private void inspect(SocketPath socket) throws IOException, StartException {
        if (inherited.systemd() > 1) {
            throw new StartException("systemd has opened " + inherited.systemd()
                    + " sockets and one is needed (leave one ListenStream= in its unit)");
        }
        ControlServer.inspect(socket, Inherited.FIRST);
    }

    private void listen(SocketPath socket) throws IOException {
        if (inherited.handOver().isPresent()) {
            HandOver left = inherited.handOver().get();
            server.adopt(socket, left.listener(), left.foreign());
        } else if (inherited.systemd() > 0) {
            server.adopt(socket, Inherited.FIRST, true);
        } else {
            server.bind(socket);
        }
        ownership = Ownership.take(socket.path(), settings.directories().state());
    }

    /** The messages of file system exceptions are bare paths. */
    private static String reason(IOException e) {
        if (!(e instanceof FileSystemException file)) {
            return e.getMessage();
        }
        String what = e.getClass().getSimpleName().replace("Exception", "");
        return "cannot use " + file.getFile() + ": " + (file.getReason() == null ? what : file.getReason());
    }

    /** Who looks right after the start sees what is so; a long restore is told by its state instead. */
    private static void awaitRestore(CountDownLatch restored) throws StartException {
        try {
            if (!restored.await(RESTORE_SHARE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("still restoring: changes wait until it is done");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while restoring", e);
        }
    }

    /** Asks for an orderly stop. */
    public void stop() {
        stopWanted.countDown();
    }

    /** Does it now and again and again, on the loop: so it shows that the loop goes round. */
    public void repeat(Duration interval, Runnable task) {
        loop.execute(() -> {
            task.run();
            loop.schedule(interval, () -> repeat(interval, task));
        });
    }

    /** Removes what dead daemons have left in the runtime directory; once this one is ready, as it may take a while. */
    public void tidy() {
        Ownership.tidy(settings.directories().runtime());
    }

    /** Waits until a stop is asked for. */
    public void awaitStop() throws InterruptedException {
        stopWanted.await();
    }

    /** Stops the domain, closes the socket, ends the loop, lets go of the locks; within {@link #STOP_LIMIT}. */
    @Override
    public void close() throws IOException {
        if (server != null) {
            server.endStreams();
        }
        // One that was never set to work has nothing to finish, and nobody who could.
        if (begun) {
            LOG.info("stopping");
            stopDomain();
        }
        if (ownership != null) {
            ownership.close();
        }
        if (server != null) {
            server.close();
        }
        loop.close();
        if (locks != null) {
            locks.close();
        }
        if (begun) {
            LOG.info("stopped");
        }
    }

    private void stopDomain() {
        CountDownLatch stopped = new CountDownLatch(1);
        Duration limit = STOP_LIMIT.minus(CLOSE_SHARE);
        loop.execute(() -> domain.stop(stopped::countDown));
        try {
            if (!stopped.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.error("the domain did not stop within {}: ending without it", limit);
            }
        } catch (InterruptedException e) {
            LOG.warn("interrupted while stopping: ending at once");
            Thread.currentThread().interrupt();
        }
    }

    private DaemonContext context() throws IOException {
        return new DaemonContext(
                loop,
                settings.directories(),
                settings.config(),
                settings.socket(),
                settings.version(),
                settings.cgroups(),
                settings.opening(),
                locks,
                this::stop);
    }

    private void onLoop(Callable<Void> part) throws StartException {
        FutureTask<Void> task = new FutureTask<>(part);
        loop.execute(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            String reason = e.getCause() instanceof ShipoteException
                    ? e.getCause().getMessage()
                    : e.getCause().toString();
            throw new StartException(reason, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        }
    }
}
