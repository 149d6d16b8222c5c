package io.shipote.daemon.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.core.Loop;
import io.shipote.core.Worker;
import io.shipote.core.store.RotatingFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log: lines go to a file in the order they are added, on a thread of its own and without a sync. What the
 * file cannot take, because it is slow or full, is dropped, counted, and told by a line of its own ({@code audit.gap}); it
 * never stops the daemon. Confined to the loop, but for the writing.
 */
public final class AuditLog {
    /** Lines that may wait for the file. */
    public static final int MAX_WAITING = 8_192;

    /** Lines that can be asked for at once. */
    public static final int MAX_TAIL = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final Loop loop;
    private final Worker worker;
    private final RotatingFile file;
    private final List<Consumer<ObjectNode>> followers = new ArrayList<>();
    private List<ObjectNode> waiting = new ArrayList<>();
    private long dropped;
    private boolean writing;

    /** Used by the worker only: lines that could not be written since the last that could. */
    private long unwritten;

    /** @param worker writes the file and does nothing else with it */
    public AuditLog(Loop loop, Worker worker, RotatingFile file) {
        this.loop = loop;
        this.worker = worker;
        this.file = file;
    }

    /** What the tail of the log holds, or why it could not be read. */
    public record Tail(List<ObjectNode> lines, Optional<IOException> error) {}

    /** Adds a line. */
    public void add(AuditLine line) {
        List.copyOf(followers).forEach(follower -> follower.accept(line.tree()));
        if (waiting.size() >= MAX_WAITING) {
            dropped++;
            return;
        }
        waiting.add(line.tree());
        write();
    }

    private void write() {
        if (writing || waiting.isEmpty()) {
            return;
        }
        writing = true;
        List<ObjectNode> batch = waiting;
        waiting = new ArrayList<>();
        if (dropped > 0) {
            waiting.add(gap(loop.wallMillis(), dropped, "more than " + MAX_WAITING + " lines waited for the file"));
            dropped = 0;
        }
        long nowMs = loop.wallMillis();
        worker.execute(() -> {
            write(batch, nowMs);
            loop.execute(() -> {
                writing = false;
                write();
            });
        });
    }

    private static ObjectNode gap(long nowMs, long lines, String why) {
        return AuditLine.ofDaemon(nowMs)
                .put("act", "audit.gap")
                .put("lost", lines)
                .put("detail", why)
                .tree();
    }

    /** On the worker. */
    private void write(List<ObjectNode> batch, long nowMs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (unwritten > 0) {
            bytes.writeBytes(AuditLine.encode(gap(nowMs, unwritten, "the file could not be written")));
        }
        batch.forEach(line -> bytes.writeBytes(AuditLine.encode(line)));
        try {
            file.append(bytes.toByteArray());
            unwritten = 0;
        } catch (IOException e) {
            if (unwritten == 0) {
                LOG.error("the audit log cannot be written; what is lost will be counted in it", e);
            }
            unwritten += batch.size();
        }
    }

    /** The last lines so far, oldest first; at most {@link #MAX_TAIL}. */
    public void tail(int count, Consumer<Tail> done) {
        int most = Math.min(count, MAX_TAIL);
        // The task runs behind the batch that is being written, and what waits comes behind that.
        List<ObjectNode> unsent = List.copyOf(waiting);
        worker.execute(() -> {
            Tail result = read(most, unsent);
            loop.execute(() -> done.accept(result));
        });
    }

    /** On the worker. */
    private Tail read(int most, List<ObjectNode> unsent) {
        try {
            List<ObjectNode> lines = new ArrayList<>();
            file.tail(most).forEach(line -> AuditLine.decode(line).ifPresent(lines::add));
            lines.addAll(unsent);
            return new Tail(
                    List.copyOf(lines.subList(Math.max(0, lines.size() - most), lines.size())), Optional.empty());
        } catch (IOException e) {
            return new Tail(List.of(), Optional.of(e));
        }
    }

    private void afterWriting(Runnable then) {
        if (!writing && waiting.isEmpty()) {
            then.run();
            return;
        }
        worker.execute(() -> loop.execute(() -> afterWriting(then)));
    }

    /** Has every line from now on; the returned task ends that. */
    public Runnable follow(Consumer<ObjectNode> follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** Runs {@code done} when all lines so far have been written, or could not be. */
    public void flush(Runnable done) {
        afterWriting(done);
    }
}
