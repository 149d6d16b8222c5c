package io.shipote.pipeline;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A producer: writes the bytes with a thread of its own, in pieces, then closes its end. */
final class Feed {
    private final CompletableFuture<Boolean> delivered = new CompletableFuture<>();

    Feed(Fd out, byte[] bytes, int piece) {
        new Thread(() -> run(out, bytes, piece), "feed").start();
    }

    /** True after the last byte was taken, false when nobody reads any more (EPIPE). */
    CompletableFuture<Boolean> delivered() {
        return delivered;
    }

    private void run(Fd out, byte[] bytes, int piece) {
        boolean all = true;
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                ByteBuffer next = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
                while (next.hasRemaining()) {
                    out.write(next);
                }
            }
        } catch (ErrnoException e) {
            if (!e.errnoName().equals("EPIPE")) {
                delivered.completeExceptionally(e);
            }
            all = false;
        }
        out.close();
        delivered.complete(all);
    }
}
