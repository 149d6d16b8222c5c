package io.shipote.daemon;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Loop;
import io.shipote.core.Worker;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.ExecInPlace;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.MemoryFile;
import io.shipote.daemon.control.ControlServer;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.Kept;
import io.shipote.daemon.control.Standstill;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the program of the daemon's process: tries the new one, holds all calls up, writes everything down and becomes
 * it. Up to the last step everything can be undone, and is if anything fails. Confined to the loop.
 *
 * <p>Not noticing deaths is what keeps the exit statuses: from the moment the last call was answered until the new program
 * runs, what dies stays a zombie.
 */
final class Upgrade {
    /** How long calls that are being answered may take to end before they are broken off. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long all of it may take, after which it is undone. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(2);
    private static final int QUEUE = 4;
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Loop loop;
    private final Settings settings;
    private final Locks locks;
    private final ControlServer server;
    private final Standby standby;
    private final ServiceNotices manager;
    private final BooleanSupplier stopping;
    private Optional<Attempt> present = Optional.empty();

    /** @param stopping whether the end of the daemon has been asked for */
    Upgrade(
            Loop loop,
            Settings settings,
            Locks locks,
            ControlServer server,
            Standby standby,
            ServiceNotices manager,
            BooleanSupplier stopping) {
        this.loop = loop;
        this.settings = settings;
        this.locks = locks;
        this.server = server;
        this.standby = standby;
        this.manager = manager;
        this.stopping = stopping;
    }

    /** The method {@code Upgrade}. */
    void begin(UpgradeIn in, Exchange exchange) {
        if (present.isPresent()) {
            throw busy("another upgrade is under way", "upgrades");
        }
        if (!ready()) {
            throw busy("the daemon is restoring or stopping", "restore");
        }
        ProcessImage next;
        try {
            ProcessImage asked = ProcessImage.own().changed(in).listeningOn(settings.socket());
            OptionalInt feature = in.java().isPresent() ? JavaRelease.feature(asked.program()) : OptionalInt.empty();
            next = feature.isPresent() ? asked.adaptedTo(feature.getAsInt()) : asked;
        } catch (IOException e) {
            throw new ShipoteException(ErrorCode.INTERNAL, "cannot tell how this daemon was started: " + e);
        }
        Attempt attempt = new Attempt(next, exchange);
        present = Optional.of(attempt);
        attempt.check();
    }

    private boolean ready() {
        return standby.ready().getAsBoolean() && !stopping.getAsBoolean();
    }

    private static ShipoteException busy(String why, String limit) {
        return new ShipoteException(ErrorCode.BUSY, why + " (try again)", Map.of("limit", limit));
    }

    private static ShipoteException notStarted(ProcessImage next, String why, Map<String, ?> more) {
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("path", next.program().toString());
        return new ShipoteException(
                ErrorCode.NOT_STARTED, "the new version was not started: " + why + " (this one goes on)", fields);
    }

    /** One try, which ends with another program or as if it had not been. */
    private final class Attempt {
        private ProcessImage next;
        private final Exchange exchange;
        private final Worker thread = new Worker("upgrade", QUEUE, loop);
        private Optional<Standstill> standstill = Optional.empty();
        private Optional<Loop.Timer> limit = Optional.empty();
        private long heldMs;
        private boolean over;

        Attempt(ProcessImage next, Exchange exchange) {
            this.next = next;
            this.exchange = exchange;
        }

        void check() {
            LOG.info("upgrade: {} is tried", next.program());
            Preflight preflight =
                    new Preflight(standby.spawner(), settings.directories().state());
            thread.start();
            ProcessImage asked = next;
            thread.execute(() -> {
                Preflight.Checked checked = preflight.check(asked);
                loop.execute(() -> {
                    next = checked.image();
                    checked.refusal().ifPresentOrElse(why -> fail(notStarted(next, why, Map.of())), this::settle);
                });
            });
        }

        /** What is under way by now ends while everything still goes on: nobody waits for somebody else's long stop. */
        private void settle() {
            limit = Optional.of(loop.schedule(
                    LIMIT, () -> fail(busy("not all was written after " + LIMIT.toSeconds() + " s", "drain"))));
            Standstill still = server.standstill();
            standstill = Optional.of(still);
            Set<Exchange> begun = still.answering(exchange);
            await(() -> Collections.disjoint(still.answering(exchange), begun), PATIENCE, this::holdUp);
        }

        private void holdUp() {
            heldMs = loop.wallMillis();
            Standstill still = standstill.orElseThrow();
            still.begin();
            await(() -> still.answering(exchange).isEmpty(), PATIENCE, this::stopReaping);
        }

        /** Not earlier: a stop is answered when its processes have died. */
        private void stopReaping() {
            standby.reaping().hold();
            write();
        }

        /** Goes on when it is so, or the time is up. */
        private void await(BooleanSupplier so, Duration patience, Runnable then) {
            if (over) {
                return;
            }
            if (so.getAsBoolean() || patience.isNegative()) {
                then.run();
            } else {
                loop.schedule(LOOK_INTERVAL, () -> await(so, patience.minus(LOOK_INTERVAL), then));
            }
        }

        private void write() {
            try {
                standby.flush(error -> {
                    if (!over) {
                        error.ifPresentOrElse(
                                e -> fail(new ShipoteException(
                                        ErrorCode.NOT_STORED,
                                        "the state could not be written: " + e.getMessage()
                                                + " (this version goes on)")),
                                this::breakOff);
                    }
                });
            } catch (ShipoteException e) {
                fail(e);
            }
        }

        private void breakOff() {
            standstill.orElseThrow().breakOff(exchange);
            become();
        }

        private void become() {
            if (!ready()) {
                fail(busy("the daemon is stopping", "restore"));
                return;
            }
            List<Kept> underWay = standstill.orElseThrow().kept(exchange);
            try (Fd file = MemoryFile.of(Inherited.HAND_OVER, Kept.encode(underWay))) {
                become(handOver(file), underWay);
            } catch (ErrnoException e) {
                fail(notStarted(next, String.valueOf(e.getMessage()), Map.of("errno", e.errno())));
            } catch (IOException e) {
                fail(notStarted(next, String.valueOf(e.getMessage()), Map.of()));
            }
        }

        private HandOver handOver(Fd underWay) {
            Standstill still = standstill.orElseThrow();
            return new HandOver(
                    ProcessHandle.current().pid(),
                    heldMs,
                    server.descriptor(),
                    server.foreign(),
                    locks.state().fd().number(),
                    locks.socket().fd().number(),
                    still.caller(exchange),
                    still.idle(),
                    OptionalInt.of(underWay.number()),
                    exchange.peer(),
                    settings.version(),
                    Runtime.version().toString());
        }

        private void become(HandOver left, List<Kept> underWay) throws ErrnoException {
            ProcessImage image = next.withVariable(Inherited.HAND_OVER, left.text());
            LOG.info(
                    "upgrade: {} takes over, with {} connections",
                    next.program(),
                    left.clients().size() + underWay.size());
            manager.replaced();
            try {
                standby.spawner()
                        .whileNothingStarts(() -> ExecInPlace.run(
                                next.program(), image.words(), image.environment(), open(left, underWay)));
            } finally {
                // It is still this one.
                manager.replacedOrNot();
            }
        }

        private static List<Fd> open(HandOver left, List<Kept> underWay) {
            List<Integer> numbers = new ArrayList<>(List.of(left.listener(), left.stateLock(), left.socketLock()));
            numbers.addAll(left.clients());
            left.caller().ifPresent(numbers::add);
            left.kept().ifPresent(numbers::add);
            underWay.forEach(one -> numbers.add(one.descriptor()));
            return numbers.stream().map(Fd::owned).toList();
        }

        private void fail(ShipoteException why) {
            if (over) {
                return;
            }
            over = true;
            present = Optional.empty();
            thread.close();
            limit.ifPresent(Loop.Timer::cancel);
            LOG.warn("upgrade: {}", why.getMessage());
            standby.reaping().goOn();
            standstill.ifPresent(Standstill::end);
            exchange.fail(why);
        }
    }
}
