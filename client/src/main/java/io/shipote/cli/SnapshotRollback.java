package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.snapshot.SnapshotChanges;
import io.shipote.card.snapshot.SnapshotChanges.Change;
import io.shipote.card.snapshot.SnapshotChanges.Kind;
import io.shipote.client.Connection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code snapshot rollback}: starts the daemon from an earlier generation. Only while none runs: what a running daemon
 * knows would be written over it.
 */
final class SnapshotRollback implements Verb {
    @Override
    public String summary() {
        return "start the daemon from generation N (1 the newest); what runs in workspaces unknown to it is left alone";
    }

    @Override
    public String arguments() {
        return "N";
    }

    @Override
    public int run(Invocation in) {
        return to(in, in.only("N"), false);
    }

    /** @param recover whether a journal or state that cannot be read is no obstacle either */
    static int to(Invocation in, String number, boolean recover) {
        if (!number.matches("\\d{1,9}")) {
            throw new UsageException(
                    "a generation has a number from 1 to " + StateFiles.GENERATIONS + ", not " + number);
        }
        StateFiles files = new StateFiles(in.session().locations().stateDirectory());
        // A number that no generation can have is told before what stands in the way of one.
        files.named(number);
        // Asked again under the lock; here so that its answer comes before one about files.
        in.session().autostart(in.session().socket()).requireNone();
        SnapshotFile wanted = files.read(number);
        List<Change> lost = lost(files.state(), wanted);
        Path aside = files.nextAside();
        List<String> options = new ArrayList<>(List.of("--generation", number));
        if (recover) {
            options.add("--recover");
        }
        ObjectNode reply;
        try (Connection connection =
                in.session().autostart(in.session().socket(), options).connectToNew()) {
            reply = connection.call(Session.INTERFACE + "Health", Invocation.parameters());
        }
        reply.put("generation", Integer.parseInt(number));
        if (Files.exists(aside)) {
            reply.put("kept_aside", aside.toString());
        }
        ArrayNode gone = reply.putArray("left_behind");
        for (Change change : lost) {
            gone.addObject().put("id", change.key()).put("label", change.label());
            in.console()
                    .complain("workspace " + change.key() + " '" + Table.printable(change.label())
                            + "' is not in generation " + number + ": what still runs in it is not watched any more");
        }
        in.print(
                reply,
                "rolled back to generation " + number + ": " + SnapshotShow.counts(wanted.snapshot())
                        + "\nrunning  pid=" + reply.path("pid").asText() + "  "
                        + reply.path("socket").asText()
                        + (Files.exists(aside)
                                ? "\nthe state before it: " + aside + "\n" + wayBack(files, aside)
                                : ""));
        return 0;
    }

    private static String wayBack(StateFiles files, Path aside) {
        String journal = StateFiles.journalBeside(aside);
        return "to return to it: stop the daemon, and in that directory rename " + aside.getFileName() + " to "
                + files.state().getFileName() + " and " + journal + " to state.journal";
    }

    /** The workspaces that are there now and will not be. */
    private static List<Change> lost(Path state, SnapshotFile wanted) {
        List<Change> lost = new ArrayList<>();
        if (!Files.exists(state)) {
            return lost;
        }
        SnapshotFile now;
        try {
            now = SnapshotFile.read(state);
        } catch (SpecException e) {
            // A state that cannot be read is a reason to go back, not one against it.
            return lost;
        }
        for (Change change :
                SnapshotChanges.between(now.snapshot().raw(), wanted.snapshot().raw())) {
            if (change.kind() == Kind.REMOVED && change.section().equals("workspaces")) {
                lost.add(change);
            }
        }
        return lost;
    }
}
