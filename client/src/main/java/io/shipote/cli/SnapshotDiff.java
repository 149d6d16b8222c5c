package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.snapshot.Difference;
import io.shipote.card.snapshot.SnapshotChanges;
import io.shipote.card.snapshot.SnapshotChanges.Change;
import io.shipote.card.snapshot.SnapshotChanges.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code snapshot diff}: what differs between two snapshot files or generations. Needs no daemon. */
final class SnapshotDiff implements Verb {
    private static final String EXIT_CODE = "exit-code";
    /** Characters of a value in the text; JSON has them all. */
    private static final int VALUE_MAX = 100;

    @Override
    public String summary() {
        return "compare two snapshots: files, or generations by number (1 the newest); stats do not count";
    }

    @Override
    public String arguments() {
        return "[A] [B]";
    }

    @Override
    public void options(Flags flags) {
        flags.flag(EXIT_CODE, "end with 1 if they differ");
    }

    @Override
    public int run(Invocation in) {
        List<String> words = in.arguments();
        if (words.size() > 2) {
            throw new UsageException("two snapshots are enough, there is more: " + words.get(2));
        }
        StateFiles files = new StateFiles(in.session().locations().stateDirectory());
        SnapshotFile before = files.read(words.isEmpty() ? files.newestGeneration() : words.get(0));
        SnapshotFile after = files.read(words.size() < 2 ? null : words.get(1));
        files.tellUnsaved(after.path(), in.console());
        List<Change> changes = SnapshotChanges.between(
                before.snapshot().raw(), after.snapshot().raw());
        if (in.json()) {
            in.printJson(tree(before.path(), after.path(), changes));
        } else {
            in.console().text(text(before.path(), after.path(), changes));
        }
        return in.has(EXIT_CODE) && !changes.isEmpty() ? Failures.OPERATION : 0;
    }

    private static ObjectNode tree(Path before, Path after, List<Change> changes) {
        ObjectNode whole = Invocation.parameters();
        whole.put("before", before.toString()).put("after", after.toString()).put("same", changes.isEmpty());
        ArrayNode list = whole.putArray("changes");
        for (Change change : changes) {
            ObjectNode node = list.addObject();
            node.put("change", change.kind().word()).put("section", change.section());
            node.put("key", change.key()).put("label", change.label());
            ArrayNode places = node.putArray("differences");
            for (Difference difference : change.differences()) {
                ObjectNode place = places.addObject().put("path", difference.pointer());
                if (difference.before().isPresent()) {
                    place.set("before", difference.before().get());
                }
                if (difference.after().isPresent()) {
                    place.set("after", difference.after().get());
                }
            }
        }
        return whole;
    }

    private static String text(Path before, Path after, List<Change> changes) {
        StringBuilder out = new StringBuilder();
        int[] counts = new int[Kind.values().length];
        for (Change change : changes) {
            counts[change.kind().ordinal()]++;
            out.append(change.kind().sign()).append(' ').append(name(change)).append('\n');
            for (Difference difference : change.differences()) {
                out.append("    ").append(Table.printable(difference.pointer())).append(": ");
                out.append(value(difference.before())).append(" → ");
                out.append(value(difference.after())).append('\n');
            }
        }
        return out.append(before)
                .append(" → ")
                .append(after)
                .append(": ")
                .append(counts[Kind.ADDED.ordinal()])
                .append(" added, ")
                .append(counts[Kind.REMOVED.ordinal()])
                .append(" removed, ")
                .append(counts[Kind.CHANGED.ordinal()])
                .append(" changed\n")
                .toString();
    }

    private static String name(Change change) {
        String label = change.label().isEmpty() ? "" : "  " + Table.printable(change.label());
        return change.section() + "  " + Table.printable(change.key()) + label;
    }

    private static String value(Optional<JsonNode> value) {
        if (value.isEmpty()) {
            return "(absent)";
        }
        String text = Table.printable(CardText.compact(value.get()));
        return text.codePointCount(0, text.length()) <= VALUE_MAX
                ? text
                : text.substring(0, text.offsetByCodePoints(0, VALUE_MAX)) + "…";
    }
}
