package io.shipote.card.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.FieldReader;
import io.shipote.card.Problems;
import io.shipote.card.Signals;
import io.shipote.card.wire.RestartPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code state.json} of zinit, version 1. Only services that were added at run time have their definition in it; those of
 * its configuration directory are named and refused.
 */
final class ZinitServices {
    private static final Set<String> ALIVE = Set.of("running", "starting", "blocked");
    private static final String BUILTIN = "@builtin:";

    private ZinitServices() {}

    static ImportPlan plan(JsonNode root, Optional<String> label) {
        Importer.requireVersion("zinit", root);
        Services services = new Services("zinit");
        for (Map.Entry<String, JsonNode> entry : root.path("services").properties()) {
            JsonNode config = entry.getValue().path("config");
            if (config.isObject()) {
                add(entry.getKey(), entry.getValue(), config, services);
            } else {
                services.refuse(
                        entry.getKey(),
                        List.of("its definition is not in this file but in "
                                + root.path("config_dir").asText("zinit's directory") + " (declare it with shipote run"
                                + " --name)"));
            }
        }
        return services.plan(label);
    }

    private static void add(String name, JsonNode state, JsonNode config, Services services) {
        Problems problems = new Problems();
        List<String> notes = new ArrayList<>();
        JsonNode definition = config.path("service").isObject() ? config.path("service") : config;
        FieldReader in = new FieldReader(definition, "config.service", problems);
        String exec = in.text("exec");
        if (exec.startsWith(BUILTIN)) {
            problems.add("config.service.exec", "is a part of zinit itself");
        } else if (exec.isBlank()) {
            problems.add("config.service.exec", "is blank");
        }
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        in.optionalText("dir").ifPresent(dir -> own.put("cwd", dir));
        boolean oneshot = in.flag("oneshot", false);
        boolean wanted = in.text("status", "start").equals("start");
        Services.leftOut(definition, Set.of("critical"), notes);
        Services.leftOut(config, Set.of("dependencies", "health", "logging"), notes);
        RestartPolicy policy = lifecycle(config.path("lifecycle"), oneshot, own, problems, notes);
        services.add(
                new Services.Service(
                        name,
                        "/bin/sh",
                        List.of("-c", exec),
                        env(definition.path("env")),
                        own,
                        policy,
                        wanted && ALIVE.contains(state.path("state").asText()),
                        notes),
                problems);
    }

    private static RestartPolicy lifecycle(
            JsonNode node, boolean oneshot, ObjectNode own, Problems problems, List<String> notes) {
        FieldReader in = new FieldReader(
                node.isObject() ? node : JsonNodeFactory.instance.objectNode(), "config.lifecycle", problems);
        in.optionalU64("stop_timeout_ms").ifPresent(ms -> own.put("stop_grace_ms", ms.saturated()));
        in.optionalText("stop_signal").ifPresent(signal -> {
            if (Signals.number(signal).isPresent()) {
                own.put("stop_signal", signal);
            } else {
                notes.add("stop_signal " + signal + " is no signal here; it is ended by SIGTERM");
            }
        });
        in.optionalU64("stability_period_ms")
                .ifPresent(ms -> notes.add(
                        "stability_period_ms is " + ms + "; here the count of restarts begins anew after 10000 ms"));
        in.optionalU64("start_timeout_ms").ifPresent(ms -> notes.add("start_timeout_ms has no counterpart here"));
        Optional<String> restart = in.optionalText("restart");
        if (restart.isEmpty() && !oneshot) {
            notes.add("the file does not say when it is restarted: never");
        }
        RestartPolicy.Policy when = RestartPolicy.Policy.NEVER;
        if (!oneshot && restart.isPresent()) {
            switch (restart.get()) {
                case "always" -> when = RestartPolicy.Policy.ALWAYS;
                case "on-failure" -> when = RestartPolicy.Policy.ON_FAILURE;
                case "never" -> when = RestartPolicy.Policy.NEVER;
                default -> problems.add("config.lifecycle.restart", "is none of always, on-failure, never");
            }
        }
        if (when == RestartPolicy.Policy.NEVER) {
            return RestartPolicy.NEVER;
        }
        return new RestartPolicy(
                when,
                in.optionalU64("restart_delay_ms").map(ms -> ms.saturated()),
                in.optionalU64("restart_delay_max_ms").map(ms -> ms.saturated()),
                in.optionalU32("max_restarts"),
                Optional.empty());
    }

    private static ArrayNode env(JsonNode map) {
        ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
        for (Map.Entry<String, JsonNode> variable : map.properties()) {
            pairs.addArray().add(variable.getKey()).add(variable.getValue());
        }
        return pairs;
    }
}
