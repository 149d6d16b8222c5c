package io.shipote.pipeline;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A consumer: reads with a thread of its own to the end, or until it has had enough, then closes its end. */
final class Drain {
    private final CompletableFuture<byte[]> taken = new CompletableFuture<>();

    /**
     * @param piece bytes per read: the smaller, the slower
     * @param enough bytes after which it dies
     * @param go it reads nothing before this is done
     */
    Drain(Fd in, int piece, long enough, CompletableFuture<?> go) {
        new Thread(() -> run(in, piece, enough, go), "drain").start();
    }

    Drain(Fd in, int piece) {
        this(in, piece, Long.MAX_VALUE, CompletableFuture.completedFuture(null));
    }

    /** What it read in its life. */
    CompletableFuture<byte[]> taken() {
        return taken;
    }

    private void run(Fd in, int piece, long enough, CompletableFuture<?> go) {
        go.join();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(piece);
        try {
            while (all.size() < enough) {
                buffer.clear().limit((int) Math.min(piece, enough - all.size()));
                if (in.read(buffer) < 0) {
                    break;
                }
                all.write(buffer.array(), 0, buffer.position());
            }
        } catch (ErrnoException e) {
            taken.completeExceptionally(e);
        }
        in.close();
        taken.complete(all.toByteArray());
    }
}
