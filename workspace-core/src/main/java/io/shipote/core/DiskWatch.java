package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the free space of the file system that holds the state. Below the low mark the bounds of logs are narrower;
 * below the critical one nothing new is started, so that what runs, and the journal, have the rest. Confined to the
 * loop; the question to the file system is asked on the files thread.
 *
 * <pre>
 *   OK &lt;--&gt; LOW &lt;--&gt; CRITICAL     by free bytes, at each look; every change is an event
 * </pre>
 */
public final class DiskWatch {
    /** Time between two looks. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    /** How the disk is. */
    public enum Level {
        OK,
        LOW,
        CRITICAL;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Marks in bytes of free space; 0 is never reached.
     *
     * @param capped whether a low mark above a tenth of the disk, and a critical one above a fiftieth, is that part instead
     */
    public record Marks(long low, long critical, boolean capped) {
        /** 512 and 64 MiB, less on a small disk. */
        public static final Marks DEFAULTS = new Marks(512L << 20, 64L << 20, true);

        private static final int LOW_PART = 10;
        private static final int CRITICAL_PART = 50;

        /** How a disk of this size with so many bytes free is. */
        public Level of(long free, long total) {
            if (total == 0) {
                // A file system without a size, such as ramfs.
                return Level.OK;
            }
            if (free < (capped ? Math.min(critical, total / CRITICAL_PART) : critical)) {
                return Level.CRITICAL;
            }
            return free < (capped ? Math.min(low, total / LOW_PART) : low) ? Level.LOW : Level.OK;
        }
    }

    /** What the file system says. */
    @FunctionalInterface
    public interface Space {
        /** Bytes free for us, and bytes in all. Blocking. */
        Free ask() throws IOException;
    }

    /** Bytes free for an ordinary user, and bytes in all. */
    public record Free(long bytes, long total) {
        /** Of a file system. */
        public static Free of(FileStore store) throws IOException {
            return new Free(store.getUsableSpace(), store.getTotalSpace());
        }
    }

    private final Host host;
    private final Worker worker;
    private final Marks marks;
    private final Space space;
    private Runnable whenLow = () -> {};
    private Level level = Level.OK;
    private Optional<Free> last = Optional.empty();

    public DiskWatch(Host host, Worker worker, Marks marks, Space space) {
        this.host = host;
        this.worker = worker;
        this.marks = marks;
        this.space = space;
    }

    /** Has this run each time the disk has become low. */
    public void whenLow(Runnable task) {
        whenLow = task;
    }

    /** Looks now, and then at an interval. */
    public void start() {
        try {
            worker.execute(this::ask);
        } catch (ShipoteException busy) {
            seen(Optional.empty());
        }
    }

    /** On the files thread. */
    private void ask() {
        Optional<Free> found = Optional.empty();
        try {
            found = Optional.of(space.ask());
        } catch (IOException e) {
            LOG.debug("how full the disk is cannot be told", e);
        }
        Optional<Free> free = found;
        host.loop().execute(() -> seen(free));
    }

    private void seen(Optional<Free> free) {
        free.ifPresent(this::judge);
        host.loop().schedule(INTERVAL, this::start);
    }

    private void judge(Free free) {
        last = Optional.of(free);
        Level now = marks.of(free.bytes(), free.total());
        if (now == level) {
            return;
        }
        level = now;
        String detail = text(free);
        host.events().daemon("disk." + now.word(), now.word(), detail);
        if (now == Level.OK) {
            LOG.info("the disk of the state directory has room again: {}", detail);
        } else {
            LOG.warn("the disk of the state directory is {}: {}", now.word(), detail);
            whenLow.run();
        }
    }

    private static String text(Free free) {
        return (free.bytes() >> 20) + " of " + (free.total() >> 20) + " MiB are free";
    }

    public Level level() {
        return level;
    }

    /** Bytes free at the last look. */
    public Optional<Long> freeBytes() {
        return last.map(Free::bytes);
    }

    /** What to tell of it; empty while all is well. */
    public Optional<String> complaint() {
        return level == Level.OK
                ? Optional.empty()
                : last.map(free -> "disk " + level.word() + ": " + text(free)
                        + (level == Level.LOW
                                ? "; logs are cut to a quarter of their bounds"
                                : "; logs are cut to a quarter of their bounds and nothing new is started"));
    }

    /**
     * To be called before anything new is started.
     *
     * @throws ShipoteException LIMIT_EXCEEDED while the disk is critical
     */
    public void requireRoom() {
        if (level == Level.CRITICAL) {
            Free free = last.orElseThrow();
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "nothing new is started while the disk of the state directory is almost full: " + text(free)
                            + " (free some, for example with: shipote prune; what runs goes on)",
                    Map.of("limit", "disk", "value", free.bytes()));
        }
    }
}
