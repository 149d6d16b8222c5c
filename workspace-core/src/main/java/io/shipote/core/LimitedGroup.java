package io.shipote.core;

import io.shipote.card.SomaSpec;
import io.shipote.card.wire.Applied;
import io.shipote.core.linux.Limit;
import io.shipote.core.linux.WorkspaceGroup;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A workspace's group and which limits are in force in it. Confined to the launcher's thread, except that the group's
 * use is read by the sampler.
 */
final class LimitedGroup {
    private final WorkspaceGroup group;
    private final Map<Limit, String> inForce = new EnumMap<>(Limit.class);
    /** What an earlier daemon may have set and the card does not ask for any more. */
    private final Set<Limit> unknown;

    LimitedGroup(WorkspaceGroup group) {
        this.group = group;
        this.unknown = group.fresh() ? EnumSet.noneOf(Limit.class) : EnumSet.allOf(Limit.class);
    }

    WorkspaceGroup group() {
        return group;
    }

    /** Makes the limits those of the card, and tells what became of each; what is so already is not written again. */
    List<Applied> apply(SomaSpec soma) {
        Map<Limit, String> asked = LimitItems.asked(soma);
        List<Applied> applied = new ArrayList<>();
        for (Limit limit : Limit.values()) {
            Optional<String> value = Optional.ofNullable(asked.get(limit));
            if (value.isPresent()) {
                applied.add(LimitItems.outcome(limit, set(limit, value)));
            } else if (inForce.containsKey(limit) || unknown.contains(limit)) {
                Optional<String> refused = set(limit, value);
                refused.ifPresent(why -> applied.add(
                        Applied.degraded(LimitItems.item(limit), "the limit before is still there: " + why)));
            }
        }
        return applied;
    }

    private Optional<String> set(Limit limit, Optional<String> value) {
        if (value.isPresent() && value.get().equals(inForce.get(limit))) {
            return Optional.empty();
        }
        Optional<String> refused = group.set(limit, value);
        if (refused.isPresent()) {
            return refused;
        }
        unknown.remove(limit);
        if (value.isPresent()) {
            inForce.put(limit, value.get());
        } else {
            inForce.remove(limit);
        }
        return refused;
    }
}
