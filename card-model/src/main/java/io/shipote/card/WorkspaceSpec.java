package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A workspace as asked for. Its id is not part of it.
 *
 * @param label never blank; in a new card at most {@value #LABEL_MAX} bytes without control characters
 * @param ttlMs time to live in milliseconds; empty for ever, 0 ends at once
 */
public record WorkspaceSpec(
        String label,
        SomaSpec soma,
        Permissions permissions,
        Optional<U64> ttlMs,
        List<FlowSlot> flowDirs,
        ExitPolicy onExit,
        QuotaEnforce quotaEnforce,
        Shape shape) {
    /** Bytes of UTF-8 in a label. */
    public static final int LABEL_MAX = 256;

    public WorkspaceSpec {
        flowDirs = List.copyOf(flowDirs);
    }

    /** A new workspace with defaults. */
    public static WorkspaceSpec of(String label) {
        return new WorkspaceSpec(
                label,
                SomaSpec.none(),
                Permissions.NONE,
                Optional.empty(),
                List.of(),
                ExitPolicy.REAP,
                QuotaEnforce.NONE,
                Shape.NEW);
    }

    /** Reads what upstream reads, except a blank label, which upstream refuses to create. */
    public static WorkspaceSpec decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        String label = in.text("label");
        if (node.path("label").isTextual() && Ranges.isBlank(label)) {
            problems.add(in.at("label"), "is blank");
        }
        JsonNode soma = in.optional("soma");
        JsonNode permissions = in.optional("permissions");
        Optional<U64> ttlMs = in.optionalU64("ttl");
        List<FlowSlot> flowDirs = new ArrayList<>();
        for (JsonNode slot : in.optionalList("flow_dirs")) {
            flowDirs.add(FlowSlot.decode(slot, Problems.child(in.at("flow_dirs"), flowDirs.size()), problems));
        }
        ExitPolicy onExit = in.word("on_exit", ExitPolicy.values(), ExitPolicy.REAP);
        JsonNode quota = in.optional("quota_enforce");
        return new WorkspaceSpec(
                label,
                soma == null ? SomaSpec.none() : SomaSpec.decode(soma, in.at("soma"), problems),
                permissions == null
                        ? Permissions.NONE
                        : Permissions.decode(permissions, in.at("permissions"), problems),
                ttlMs,
                flowDirs,
                onExit,
                quota == null ? QuotaEnforce.NONE : QuotaEnforce.decode(quota, in.at("quota_enforce"), problems),
                in.shape());
    }

    public ObjectNode encode() {
        ArrayNode slots = JsonNodeFactory.instance.arrayNode();
        for (FlowSlot slot : flowDirs) {
            slots.add(slot.encode());
        }
        return new FieldWriter(shape)
                .put("label", label)
                .put("soma", soma.encode(), soma.equals(SomaSpec.none()))
                .put("permissions", permissions.encode(), permissions.equals(Permissions.NONE))
                .putU64("ttl", ttlMs)
                .put("flow_dirs", slots, flowDirs.isEmpty())
                .put("on_exit", onExit, ExitPolicy.REAP)
                .put("quota_enforce", quotaEnforce.encode(), quotaEnforce.equals(QuotaEnforce.NONE))
                .end();
    }

    /** The rules for a new or changed workspace; stricter than those for a file. */
    public void check(Problems problems) {
        if (Ranges.isBlank(label)) {
            problems.add("label", "is blank");
        }
        int bytes = label.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LABEL_MAX) {
            problems.add("label", "must have at most " + LABEL_MAX + " bytes, not " + bytes);
        }
        if (!Utf8.hasForm(label)) {
            problems.add("label", "holds half a character");
        }
        for (int i = 0; i < label.length(); i++) {
            if (Character.isISOControl(label.charAt(i))) {
                problems.add("label", "must not hold control characters");
                break;
            }
        }
        soma.check("soma", problems);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < flowDirs.size(); i++) {
            String name = flowDirs.get(i).name();
            if (!names.add(name)) {
                String path = Problems.child(Problems.child("flow_dirs", i), "name");
                problems.add(path, "is taken: " + CardText.quoted(name));
            }
        }
    }

    public WorkspaceSpec withLabel(String changed) {
        return new WorkspaceSpec(changed, soma, permissions, ttlMs, flowDirs, onExit, quotaEnforce, shape);
    }

    public WorkspaceSpec withSoma(SomaSpec changed) {
        return new WorkspaceSpec(label, changed, permissions, ttlMs, flowDirs, onExit, quotaEnforce, shape);
    }

    public WorkspaceSpec withPermissions(Permissions changed) {
        return new WorkspaceSpec(label, soma, changed, ttlMs, flowDirs, onExit, quotaEnforce, shape);
    }

    public WorkspaceSpec withTtlMs(Optional<U64> changed) {
        return new WorkspaceSpec(label, soma, permissions, changed, flowDirs, onExit, quotaEnforce, shape);
    }

    public WorkspaceSpec withFlowDirs(List<FlowSlot> changed) {
        return new WorkspaceSpec(label, soma, permissions, ttlMs, changed, onExit, quotaEnforce, shape);
    }

    public WorkspaceSpec withOnExit(ExitPolicy changed) {
        return new WorkspaceSpec(label, soma, permissions, ttlMs, flowDirs, changed, quotaEnforce, shape);
    }

    public WorkspaceSpec withQuotaEnforce(QuotaEnforce changed) {
        return new WorkspaceSpec(label, soma, permissions, ttlMs, flowDirs, onExit, changed, shape);
    }

    public WorkspaceSpec withShape(Shape changed) {
        return new WorkspaceSpec(label, soma, permissions, ttlMs, flowDirs, onExit, quotaEnforce, changed);
    }
}
