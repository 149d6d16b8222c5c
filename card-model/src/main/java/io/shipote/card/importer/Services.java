package io.shipote.card.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.RestartPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Another supervisor's services, collected as the named commands of one workspace. */
final class Services {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String format;
    private final ArrayNode commands = NODES.arrayNode();
    private final List<ImportedEntry> refused = new ArrayList<>();
    private final Map<String, List<String>> notes = new LinkedHashMap<>();

    Services(String format) {
        this.format = format;
    }

    /**
     * A service in our terms.
     *
     * @param envp a list of pairs, unchecked
     * @param own what stands in the command's {@code shipote} object
     * @param up whether it ran, or was to
     */
    record Service(
            String name,
            String exec,
            List<String> argv,
            JsonNode envp,
            ObjectNode own,
            RestartPolicy policy,
            boolean up,
            List<String> notes) {}

    /** Adds it, or refuses it for what is wrong with it or was found wrong before. */
    void add(Service service, Problems problems) {
        ObjectNode card = NODES.objectNode().put("label", service.name());
        ObjectNode program = card.putObject("payload").putObject("Native").put("exec", service.exec());
        ArrayNode argv = program.putArray("argv");
        service.argv().forEach(argv::add);
        program.set("envp", service.envp());
        card.set("shipote", service.own());
        CommandRef spec = CommandRef.decode(card, "", problems);
        if (problems.isEmpty()) {
            spec.check("", problems);
        }
        if (problems.isEmpty() && notes.containsKey(service.name())) {
            problems.add("name", "stands there already");
        }
        if (!problems.isEmpty()) {
            refuse(
                    service.name(),
                    problems.list().stream().map(Problem::toString).toList());
            return;
        }
        notes.put(service.name(), List.copyOf(service.notes()));
        ObjectNode command = commands.addObject().put("name", service.name());
        command.set("spec", spec.encode());
        ObjectNode restart = command.putObject("restart")
                .put("policy", service.policy().policy().word());
        service.policy().backoffMs().ifPresent(ms -> restart.put("backoff_ms", ms));
        service.policy().maxBackoffMs().ifPresent(ms -> restart.put("max_backoff_ms", ms));
        service.policy().max().ifPresent(max -> restart.put("max", max));
        command.put("wanted", service.up() ? "up" : "down");
    }

    void refuse(String name, List<String> why) {
        refused.add(ImportedEntry.refused(ImportedEntry.COMMAND, name, why));
    }

    ImportPlan plan(Optional<String> label) {
        List<ObjectNode> workspaces = new ArrayList<>();
        if (!commands.isEmpty()) {
            ObjectNode workspace = NODES.objectNode();
            workspace.set("spec", WorkspaceSpec.of(label.orElse(format)).encode());
            workspace.putObject("shipote").set("commands", commands);
            workspaces.add(workspace);
        }
        return new ImportPlan(format, 1, workspaces, List.of(), List.of(), refused, notes);
    }

    /** Says which of these parts of a definition have no counterpart here. */
    static void leftOut(JsonNode config, Set<String> keys, List<String> notes) {
        for (Map.Entry<String, JsonNode> part : config.properties()) {
            boolean empty = part.getValue().isNull()
                    || part.getValue().isContainerNode() && part.getValue().isEmpty();
            if (keys.contains(part.getKey()) && !empty) {
                notes.add(part.getKey() + " has no counterpart here and was left out");
            }
        }
    }
}
