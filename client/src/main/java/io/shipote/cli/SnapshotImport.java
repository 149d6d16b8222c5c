package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.importer.ImportPlan;
import io.shipote.card.importer.Importer;
import io.shipote.card.snapshot.SnapshotException;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code snapshot import}: takes in what another snapshot holds, and reports on each entry. */
final class SnapshotImport implements Verb {
    private static final String DRY_RUN = "dry-run";
    private static final String START = "start";
    private static final String LABEL = "label";

    @Override
    public String summary() {
        return "take in what a snapshot of shipote, shuma, runpm or zinit holds; starts and overwrites nothing";
    }

    @Override
    public String arguments() {
        return "FILE";
    }

    @Override
    public void options(Flags flags) {
        flags.flag(DRY_RUN, "only report what would come");
        flags.flag(START, "start what ran");
        flags.value(LABEL, "LABEL", "the workspace for the services of runpm or zinit, in place of that word");
    }

    @Override
    public int run(Invocation in) {
        Path file = Path.of(in.only("FILE"));
        ImportPlan plan = read(file, Optional.ofNullable(in.value(LABEL)));
        ObjectNode reply = Invocation.parameters();
        reply.put("path", file.toString()).put("format", plan.format()).put("version", plan.version());
        reply.put("dry_run", in.has(DRY_RUN));
        ArrayNode entries = reply.putArray("entries");
        for (ObjectNode batch : ImportBatches.of(plan)) {
            in.putFlag(batch, "dry_run", DRY_RUN);
            in.putFlag(batch, "start", START);
            try {
                in.call("ImportSnapshot", batch).path("entries").forEach(entry -> entries.add(noted(entry, plan)));
            } catch (ShipoteException | ConnectionException e) {
                if (!entries.isEmpty()) {
                    // What came before stays imported.
                    in.print(reply, text(entries, in.has(DRY_RUN)));
                }
                throw e;
            }
        }
        for (ImportedEntry refused : plan.refused()) {
            ObjectNode entry = entries.addObject().put("kind", refused.kind()).put("label", refused.label());
            ArrayNode notes = entry.put("outcome", refused.outcome()).putArray("notes");
            for (String note : refused.notes()) {
                notes.add(note);
            }
        }
        in.print(reply, text(entries, in.has(DRY_RUN)));
        return missed(entries) == 0 ? 0 : Failures.OPERATION;
    }

    private static ImportPlan read(Path file, Optional<String> label) {
        try {
            return Importer.read(Files.readAllBytes(file), label);
        } catch (NoSuchFileException e) {
            throw new ShipoteException(
                    ErrorCode.NOT_FOUND,
                    "there is no snapshot " + file + " (give the path of one)",
                    Map.of("target", file.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the snapshot " + file, e);
        } catch (CardSyntaxException | SnapshotException | ShipoteException e) {
            throw new SpecException(List.of(file + ": " + e.getMessage()));
        }
    }

    /** What the translation changed, before what the daemon has to say. */
    private static JsonNode noted(JsonNode entry, ImportPlan plan) {
        List<String> changed = plan.notes().getOrDefault(entry.path("label").asText(), List.of());
        if (changed.isEmpty() || !entry.path("kind").asText().equals(ImportedEntry.COMMAND)) {
            return entry;
        }
        ObjectNode noted = entry.deepCopy();
        List<JsonNode> said = new ArrayList<>();
        entry.path("notes").forEach(said::add);
        ArrayNode notes = noted.putArray("notes");
        for (String note : changed) {
            notes.add(note);
        }
        notes.addAll(said);
        return noted;
    }

    private static long missed(ArrayNode entries) {
        return count(entries, ImportedEntry.CONFLICT) + count(entries, ImportedEntry.REFUSED);
    }

    private static long count(ArrayNode entries, String outcome) {
        long count = 0;
        for (JsonNode entry : entries) {
            count += entry.path("outcome").asText().equals(outcome) ? 1 : 0;
        }
        return count;
    }

    private static String text(ArrayNode entries, boolean dryRun) {
        StringBuilder out = new StringBuilder();
        Table table = new Table("OUTCOME", "KIND", "LABEL", "ID");
        for (JsonNode entry : entries) {
            table.row(
                    dryRun && entry.path("outcome").asText().equals(ImportedEntry.IMPORTED)
                            ? "new"
                            : entry.path("outcome").asText(),
                    entry.path("kind").asText(),
                    entry.path("label").asText(),
                    entry.path("id").asText(null));
        }
        if (!table.isEmpty()) {
            out.append(table.text());
        }
        for (JsonNode entry : entries) {
            for (JsonNode note : entry.path("notes")) {
                out.append(Table.printable(entry.path("label").asText() + ": " + note.asText()))
                        .append('\n');
            }
        }
        return out.append(dryRun ? "would import " : "imported ")
                .append(count(entries, ImportedEntry.IMPORTED))
                .append(", present ")
                .append(count(entries, ImportedEntry.PRESENT))
                .append(", left out ")
                .append(missed(entries))
                .toString();
    }
}
