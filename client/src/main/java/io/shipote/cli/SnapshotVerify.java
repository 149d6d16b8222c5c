package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.Problem;
import io.shipote.card.snapshot.Snapshot;
import java.util.Arrays;

/** {@code snapshot verify}: whether a snapshot file would be restored whole and written back as it is. Needs no daemon. */
final class SnapshotVerify implements Verb {
    @Override
    public String summary() {
        return "check a snapshot file, or a generation by its number (1 the newest); without FILE the daemon's";
    }

    @Override
    public String arguments() {
        return "[FILE]";
    }

    @Override
    public int run(Invocation in) {
        SnapshotFile file = SnapshotFile.read(in);
        Snapshot snapshot = file.snapshot();
        boolean same = Arrays.equals(file.bytes(), snapshot.encode());
        if (in.json()) {
            ObjectNode reply = Invocation.parameters();
            reply.put("path", file.path().toString()).put("version", snapshot.version());
            SnapshotShow.putCounts(reply, snapshot);
            reply.put("identical_when_written", same);
            ArrayNode list = reply.putArray("problems");
            for (Problem problem : snapshot.problems()) {
                list.addObject().put("path", problem.path()).put("message", problem.message());
            }
            in.printJson(reply);
        } else {
            for (Problem problem : snapshot.problems()) {
                in.console().complain(file.path() + ": " + problem + " (this entry would be quarantined)");
            }
            if (!same) {
                in.console()
                        .complain(file.path() + ": not in our form (it would be written differently, same meaning)");
            }
            if (snapshot.problems().isEmpty()) {
                in.console().line("ok: version " + snapshot.version() + ", " + SnapshotShow.counts(snapshot));
            }
        }
        return snapshot.problems().isEmpty() ? 0 : Failures.OPERATION;
    }
}
