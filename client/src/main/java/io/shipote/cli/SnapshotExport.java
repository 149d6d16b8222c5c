package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.snapshot.HiddenForm;
import io.shipote.card.snapshot.RawSnapshot;
import io.shipote.card.snapshot.Snapshot;
import io.shipote.card.snapshot.SnapshotLayout;
import io.shipote.card.snapshot.UpstreamForm;
import io.shipote.client.NoDaemonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code snapshot export}: a copy of the snapshot as it is now. Works with and without a daemon, and starts none. */
final class SnapshotExport implements Verb {
    private static final String STDOUT = "-";
    private static final String UPSTREAM = "upstream";
    private static final String FORCE = "force";

    @Override
    public String summary() {
        return "write a copy of the snapshot to a file, or to standard output";
    }

    @Override
    public String arguments() {
        return "[FILE|-]";
    }

    @Override
    public void options(Flags flags) {
        flags.flag(UPSTREAM, "leave out what only we know, for upstream's own reader");
        flags.flag(FORCE, "replace the file if it is there");
        flags.showEnv();
    }

    @Override
    public int run(Invocation in) {
        String target = in.optional("FILE");
        boolean toFile = target != null && !target.equals(STDOUT);
        if (toFile) {
            NewFile.check(Path.of(target), in.has(FORCE));
        }
        Snapshot snapshot = current(in);
        List<String> leftOut = new ArrayList<>();
        RawSnapshot raw = snapshot.raw().inVersion4();
        if (in.has(UPSTREAM)) {
            UpstreamForm form = UpstreamForm.of(snapshot);
            leftOut.addAll(form.leftOut());
            raw = form.snapshot();
        }
        if (!in.has(Flags.SHOW_ENV)) {
            HiddenForm form = HiddenForm.of(raw);
            leftOut.addAll(form.leftOut());
            raw = form.snapshot();
            if (form.changed() > 0) {
                leftOut.add("the values of environment variables, of " + form.changed() + " entries; none of them can"
                        + " be imported so (--show-env writes the values, and the file is as secret as they are)");
            }
        }
        byte[] bytes = SnapshotLayout.write(raw);
        // What is written must be readable again, or it is no copy.
        Snapshot written = Snapshot.decode(bytes);
        if (toFile) {
            NewFile.write(Path.of(target), bytes, in.has(FORCE));
        } else {
            in.console().out(bytes);
        }
        for (String line : leftOut) {
            in.console().complain("left out: " + Table.printable(line));
        }
        if (toFile) {
            in.print(
                    reply(Path.of(target), bytes, written, leftOut),
                    "exported " + target + ": " + SnapshotShow.counts(written));
        }
        return 0;
    }

    /** What is wanted now: a daemon writes it first; without one the file must have all of it. */
    private static Snapshot current(Invocation in) {
        try {
            ObjectNode saved =
                    in.session().existing().call(Session.INTERFACE + "SaveSnapshot", Invocation.parameters());
            return SnapshotFile.read(Path.of(saved.path("path").asText())).snapshot();
        } catch (NoDaemonException e) {
            StateFiles files = new StateFiles(in.session().locations().stateDirectory());
            if (files.unsaved()) {
                throw new SpecException(List.of(files.state()
                        + " lacks the newest changes, as the daemon was not stopped in order (start it, and"
                        + " they are in it: shipote daemon start)"));
            }
            return files.read(null).snapshot();
        }
    }

    private static ObjectNode reply(Path target, byte[] bytes, Snapshot written, List<String> leftOut) {
        ObjectNode reply = Invocation.parameters();
        reply.put("path", target.toString()).put("version", written.version()).put("bytes", bytes.length);
        SnapshotShow.putCounts(reply, written);
        ArrayNode list = reply.putArray("left_out");
        for (String line : leftOut) {
            list.add(line);
        }
        return reply;
    }
}
