package io.shipote.card.wire;

import java.util.Optional;

/**
 * Something that happened to a workspace, command or pipeline, or to the daemon itself.
 *
 * @param act what the daemon did of its own accord: restart, give_up, adopt, expire, prune, ...
 */
public record Event(
        long atMs,
        String kind,
        Optional<String> workspace,
        Optional<String> command,
        Optional<String> pipeline,
        Optional<String> state,
        Optional<String> detail,
        Optional<String> act) {}
