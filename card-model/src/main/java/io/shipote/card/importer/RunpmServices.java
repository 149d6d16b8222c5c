package io.shipote.card.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.FieldReader;
import io.shipote.card.Problems;
import io.shipote.card.wire.RestartPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code services.snapshot.json} of runpm, version 1. Its numbers are its own: each service gets an id of ours, whatever
 * its number. As there, zeros mean the defaults, every end of a restarted service counts, status 0 too, and counts and
 * times of earlier runs do not come back.
 */
final class RunpmServices {
    private static final String ONLINE = "online";
    private static final long DEFAULT_DELAY_MS = 500;
    private static final long MAX_DELAY_MS = 30_000;
    private static final long DEFAULT_GRACE_MS = 3_000;
    private static final long DEFAULT_MIN_UPTIME_MS = 2_000;

    private RunpmServices() {}

    static ImportPlan plan(JsonNode root, Optional<String> label) {
        Importer.requireVersion("runpm", root);
        Services services = new Services("runpm");
        for (JsonNode row : root.path("services")) {
            add(row, services);
        }
        return services.plan(label);
    }

    private static void add(JsonNode row, Services services) {
        Problems problems = new Problems();
        FieldReader in = new FieldReader(row, "", problems);
        String name = in.text("name");
        List<String> cmd = in.texts("cmd");
        if (name.isBlank()) {
            problems.add("name", "is blank");
        }
        if (cmd.isEmpty()) {
            problems.add("cmd", "is empty");
        }
        List<String> notes = new ArrayList<>();
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        String cwd = in.text("cwd", "");
        if (cwd.isEmpty()) {
            notes.add("cwd is empty: it ran where runpm's daemon ran and will run where ours runs");
        } else {
            own.put("cwd", cwd);
        }
        own.put("stop_grace_ms", orDefault(in.u32("kill_timeout_ms", 0), DEFAULT_GRACE_MS));
        RestartPolicy policy = RestartPolicy.NEVER;
        long delay = orDefault(in.u32("restart_delay_ms", 0), DEFAULT_DELAY_MS);
        long max = in.u32("max_restarts", 0);
        long uptime = orDefault(in.u32("min_uptime_ms", 0), DEFAULT_MIN_UPTIME_MS);
        if (in.flag("autorestart", true)) {
            policy = new RestartPolicy(
                    RestartPolicy.Policy.ALWAYS,
                    Optional.of(Math.min(delay, MAX_DELAY_MS)),
                    Optional.of(MAX_DELAY_MS),
                    Optional.of(max),
                    Optional.empty());
            notes.add("min_uptime_ms is " + uptime + "; here the count of restarts begins anew after 10000 ms");
        }
        JsonNode env = in.optional("env");
        boolean up = in.text("status", "stopped").equals(ONLINE);
        services.add(
                new Services.Service(
                        name,
                        cmd.isEmpty() ? "" : cmd.get(0),
                        cmd.isEmpty() ? List.of() : cmd.subList(1, cmd.size()),
                        env == null ? JsonNodeFactory.instance.arrayNode() : env,
                        own,
                        policy,
                        up,
                        notes),
                problems);
    }

    private static long orDefault(long value, long fallback) {
        return value == 0 ? fallback : value;
    }
}
