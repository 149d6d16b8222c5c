package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What we add to a pipeline, in its object "shipote".
 *
 * @param scope what is restarted when a stage fails
 * @param giveUp what follows the last restart that {@code restart_max} allows
 * @param healthyMs how long it must run for the count of restarts to begin anew, in milliseconds, 1 to
 *     {@value #HEALTHY_MS_MAX}
 * @param vars the names that its texts may hold as <code>${NAME}</code>, in the card's order; empty = any name
 */
public record PipelineOptions(Scope scope, GiveUp giveUp, long healthyMs, Map<String, TemplateVar> vars) {
    /** Ten seconds. */
    public static final long DEFAULT_HEALTHY_MS = 10_000;

    /** One day. */
    public static final long HEALTHY_MS_MAX = 86_400_000;

    /** Those of a pipeline that says nothing. */
    public static final PipelineOptions DEFAULT =
            new PipelineOptions(Scope.WHOLE, GiveUp.STOP, DEFAULT_HEALTHY_MS, Map.of());

    public PipelineOptions {
        vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
    }

    /** What is restarted when a stage fails. */
    public enum Scope implements Word {
        /** All stages. */
        WHOLE,
        /** That stage alone, onto the pipes of its predecessor. */
        STAGE,
        /** That stage and all it feeds. */
        DOWNSTREAM;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What follows the last restart that is allowed. */
    public enum GiveUp implements Word {
        /** Nothing: it has failed. */
        STOP,
        /** Further restarts, each after the longest delay. */
        SLOW;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the object "shipote" of a pipeline; absent keys mean the default. */
    static PipelineOptions decode(Optional<ObjectNode> own, String path, Problems problems) {
        if (own.isEmpty()) {
            return DEFAULT;
        }
        FieldReader in = new FieldReader(own.get(), path, problems);
        PipelineOptions options = new PipelineOptions(
                in.word("restart_scope", Scope.values(), DEFAULT.scope),
                in.word("give_up", GiveUp.values(), DEFAULT.giveUp),
                in.u32("healthy_ms", DEFAULT.healthyMs),
                vars(in, problems));
        in.refuseUnknown();
        if (options.healthyMs < 1 || options.healthyMs > HEALTHY_MS_MAX) {
            problems.add(in.at("healthy_ms"), "must be from 1 to " + HEALTHY_MS_MAX + ", not " + options.healthyMs);
        }
        return options;
    }

    private static Map<String, TemplateVar> vars(FieldReader in, Problems problems) {
        Map<String, TemplateVar> vars = new LinkedHashMap<>();
        JsonNode node = in.optional("vars");
        if (node == null) {
            return vars;
        }
        String path = in.at("vars");
        if (!node.isObject()) {
            Scalars.wrongType("an object", node, path, problems);
            return vars;
        }
        if (node.size() > TemplateVar.MAX_VARS) {
            problems.add(path, "has " + node.size() + " names, at most " + TemplateVar.MAX_VARS);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            vars.put(
                    field.getKey(),
                    TemplateVar.decode(
                            field.getKey(), field.getValue(), Problems.child(path, field.getKey()), problems));
        }
        return vars;
    }

    /** The object "shipote": only what differs from the default. */
    ObjectNode encode() {
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        if (scope != DEFAULT.scope) {
            own.put("restart_scope", scope.word());
        }
        if (giveUp != DEFAULT.giveUp) {
            own.put("give_up", giveUp.word());
        }
        if (healthyMs != DEFAULT.healthyMs) {
            own.put("healthy_ms", healthyMs);
        }
        if (!vars.isEmpty()) {
            ObjectNode list = own.putObject("vars");
            vars.forEach((name, one) -> list.set(name, one.encode()));
        }
        return own;
    }

    /** The same with this scope. */
    public PipelineOptions withScope(Scope changed) {
        return new PipelineOptions(changed, giveUp, healthyMs, vars);
    }

    /** The same with this end of its patience. */
    public PipelineOptions withGiveUp(GiveUp changed) {
        return new PipelineOptions(scope, changed, healthyMs, vars);
    }

    /** The same, healthy after so many milliseconds. */
    public PipelineOptions withHealthyMs(long changed) {
        return new PipelineOptions(scope, giveUp, changed, vars);
    }

    /** The same with these names. */
    public PipelineOptions withVars(Map<String, TemplateVar> changed) {
        return new PipelineOptions(scope, giveUp, healthyMs, changed);
    }
}
