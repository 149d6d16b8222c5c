package io.shipote.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandId;
import io.shipote.card.CommandRef;
import io.shipote.card.Problems;
import io.shipote.card.Supervision;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.util.Locale;
import java.util.Optional;

/**
 * What is wanted of a named or supervised command; stored in its workspace.
 *
 * @param up whether it is to be running
 */
public record CommandIntent(CommandId id, Optional<String> name, CommandRef spec, RestartPolicy policy, boolean up) {

    public CommandIntent wanted(boolean running) {
        return new CommandIntent(id, name, spec, policy, running);
    }

    /**
     * The policy that counts: the one a client asks for, else the card's own. {@code Restart} restarts after a failure,
     * with its delays and without limit; {@code Delegate} leaves that to somebody else.
     */
    public static RestartPolicy policy(Optional<RestartPolicy> asked, CommandRef spec) {
        if (asked.isPresent() || !(spec.supervision() instanceof Supervision.Restart own)) {
            return asked.orElse(RestartPolicy.NEVER);
        }
        return new RestartPolicy(
                RestartPolicy.Policy.ON_FAILURE,
                Optional.of(own.initialMs().saturated()),
                Optional.of(own.maxMs().saturated()),
                Optional.empty(),
                Optional.empty());
    }

    /** Whether it outlives its runs: only what has a name or a policy does. */
    public boolean durable() {
        return name.isPresent() || policy.policy() != RestartPolicy.Policy.NEVER;
    }

    /** The JSON under {@code shipote.commands} of its workspace. */
    public ObjectNode encode() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", id.text());
        name.ifPresent(text -> node.put("name", text));
        node.set("spec", spec.encode());
        ObjectNode restart = node.putObject("restart");
        restart.put("policy", policy.policy().word());
        policy.backoffMs().ifPresent(ms -> restart.put("backoff_ms", ms));
        policy.maxBackoffMs().ifPresent(ms -> restart.put("max_backoff_ms", ms));
        policy.max().ifPresent(max -> restart.put("max", max));
        policy.onUnknown().ifPresent(word -> restart.put("on_unknown", word.word()));
        node.put("wanted", up ? "up" : "down");
        return node;
    }

    /** Reads what {@link #encode} wrote; what is wrong is added to the problems and gives an empty result. */
    static Optional<CommandIntent> decode(JsonNode node, String path, Problems problems) {
        int before = problems.list().size();
        CommandRef spec = CommandRef.decode(node.path("spec"), path + ".spec", problems);
        try {
            CommandId id = CommandId.parse(node.path("id").asText());
            RestartPolicy policy = policy(node.path("restart"));
            requireRunnable(spec, path, problems);
            if (problems.list().size() > before) {
                return Optional.empty();
            }
            Optional<String> name =
                    node.hasNonNull("name") ? Optional.of(node.path("name").asText()) : Optional.empty();
            return Optional.of(new CommandIntent(
                    id, name, spec, policy, node.path("wanted").asText().equals("up")));
        } catch (IllegalArgumentException e) {
            problems.add(path, e.getMessage());
            return Optional.empty();
        }
    }

    private static void requireRunnable(CommandRef spec, String path, Problems problems) {
        try {
            Argv.of(spec);
        } catch (ShipoteException e) {
            problems.add(path + ".spec.payload", e.getMessage());
        }
    }

    private static RestartPolicy policy(JsonNode node) {
        return new RestartPolicy(
                RestartPolicy.Policy.valueOf(node.path("policy").asText().toUpperCase(Locale.ROOT)),
                number(node, "backoff_ms"),
                number(node, "max_backoff_ms"),
                number(node, "max"),
                node.hasNonNull("on_unknown")
                        ? Optional.of(RestartPolicy.OnUnknown.valueOf(
                                node.path("on_unknown").asText().toUpperCase(Locale.ROOT)))
                        : Optional.empty());
    }

    private static Optional<Long> number(JsonNode node, String key) {
        return node.hasNonNull(key) ? Optional.of(node.path(key).asLong()) : Optional.empty();
    }
}
