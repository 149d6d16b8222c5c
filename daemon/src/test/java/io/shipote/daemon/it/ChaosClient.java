package io.shipote.daemon.it;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.Shipote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * A client that changes things without pause until its daemon is gone, and remembers what was acknowledged. It does one
 * thing at a time, so at most one is in doubt afterwards. One thread at a time.
 */
final class ChaosClient {
    private final String prefix;
    private final ChaosMoves moves;
    private ChaosWorld world = ChaosWorld.EMPTY;
    private List<ChaosWorld> doubtful = List.of();
    private String doing = "nothing";
    private int acknowledged;

    /** Who is told of the changes; on the client's thread. */
    interface Watcher {
        void begins(ChaosStep.Kind kind);

        /** Whether to go on. */
        boolean acknowledged();
    }

    ChaosClient(String prefix, long seed) {
        this.prefix = prefix;
        this.moves = new ChaosMoves(prefix, new SplittableRandom(seed));
    }

    /** What the labels and names of its things begin with. */
    String prefix() {
        return prefix;
    }

    /** What may be so now; all but the first are in doubt. */
    List<ChaosWorld> possible() {
        List<ChaosWorld> all = new ArrayList<>(List.of(world));
        all.addAll(doubtful);
        return all;
    }

    /** What it was doing last. */
    String doing() {
        return doing;
    }

    /** How many changes were acknowledged in all. */
    int acknowledged() {
        return acknowledged;
    }

    /** Settles what was in doubt. */
    void settle(ChaosWorld seen) {
        world = seen;
        doubtful = List.of();
        doing = "nothing";
    }

    /** Something has happened that is so whatever is in doubt. */
    void happened(UnaryOperator<ChaosWorld> change) {
        world = change.apply(world);
        doubtful = doubtful.stream().map(change).toList();
    }

    /** Works until the daemon is gone or refuses, or the watcher has seen enough. */
    void work(Path socket, Watcher watcher) {
        try (Shipote daemon = Shipote.connect(socket)) {
            boolean more = true;
            while (more) {
                ChaosStep step = moves.next(world, daemon);
                doing = step.what();
                doubtful = step.after();
                watcher.begins(step.kind());
                world = step.call().get();
                doubtful = List.of();
                acknowledged++;
                more = watcher.acknowledged();
            }
        } catch (ConnectionException gone) {
            doing += " (" + gone.getMessage() + ")";
        } catch (ShipoteException refused) {
            // A daemon that is stopping takes nothing new. What its store or its disk refuses may be the end of a
            // change
            // whose beginning was stored, as of a deletion: that stays in doubt, as does what an upgrade has cut short.
            if (refused.code() != ErrorCode.BUSY && refused.code() != ErrorCode.NOT_STORED) {
                throw new AssertionError(doing + ": " + refused.getMessage(), refused);
            }
            if (refused.code() == ErrorCode.BUSY && !cutShort(refused)) {
                doubtful = List.of();
            }
            doing += " (refused: " + refused.getMessage() + ")";
        }
    }

    private static boolean cutShort(ShipoteException refused) {
        String limit = String.valueOf(refused.fields().get("limit"));
        return limit.contains("interrupted") || limit.contains("stopping");
    }
}
