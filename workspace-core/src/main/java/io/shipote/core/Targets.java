package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds what a client means: an exact id, else an exact label or name, else a unique prefix of an id. Where several have the
 * label and one of them lives, it is that one: the others are what is left of earlier runs.
 */
public final class Targets<T> {
    /** The shortest prefix of an id that is believed. */
    public static final int MIN_PREFIX = 6;

    private final String noun;
    private final Function<T, String> id;
    private final Function<T, String> label;
    private final Predicate<T> lives;

    /** @param noun what is being looked for, for messages */
    public Targets(String noun, Function<T, String> id, Function<T, String> label) {
        this(noun, id, label, one -> false);
    }

    /** @param lives whether it is alive, where there may be namesakes that have ended */
    public Targets(String noun, Function<T, String> id, Function<T, String> label, Predicate<T> lives) {
        this.noun = noun;
        this.id = id;
        this.label = label;
        this.lives = lives;
    }

    /**
     * The one candidate that is meant.
     *
     * @throws ShipoteException NOT_FOUND, or AMBIGUOUS with the ids that fit
     */
    public T find(String target, Collection<? extends T> among) {
        String upper = target.toUpperCase(Locale.ROOT);
        List<T> byLabel = new ArrayList<>();
        List<T> byPrefix = new ArrayList<>();
        for (T candidate : among) {
            String itsId = id.apply(candidate);
            if (itsId.equals(upper)) {
                return candidate;
            }
            if (label.apply(candidate).equals(target)) {
                byLabel.add(candidate);
            } else if (target.length() >= MIN_PREFIX && itsId.startsWith(upper)) {
                byPrefix.add(candidate);
            }
        }
        if (byLabel.isEmpty()) {
            return one(target, byPrefix);
        }
        List<T> live = byLabel.stream().filter(lives).toList();
        return one(target, live.size() == 1 ? live : byLabel);
    }

    private T one(String target, List<T> found) {
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new ShipoteException(
                    ErrorCode.NOT_FOUND, "no " + noun + " '" + target + "'", Map.of("target", target));
        }
        List<String> candidates = found.stream().map(id).toList();
        throw new ShipoteException(
                ErrorCode.AMBIGUOUS,
                "'" + target + "' fits " + found.size() + " " + plural() + ": " + String.join(", ", candidates),
                Map.of("target", target, "candidates", candidates));
    }

    /** As in "commands or pipelines". */
    private String plural() {
        return noun.replaceAll("(\\w+)(?=,| or |$)", "$1s");
    }
}
