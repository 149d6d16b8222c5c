package io.shipote.core;

import io.shipote.card.SomaSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.Limits;
import io.shipote.core.linux.Limit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** Which limits a card asks for, and by which of its keys. */
final class LimitItems {
    private static final Map<Limit, String> ITEMS = new EnumMap<>(Map.of(
            Limit.MEMORY_MAX, "rlimits.mem_bytes",
            Limit.MEMORY_HIGH, "shipote.mem_high",
            Limit.SWAP_MAX, "shipote.swap_max",
            Limit.PIDS_MAX, "rlimits.nproc",
            Limit.CPU_WEIGHT, "cgroup.cpu_weight",
            Limit.CPU_QUOTA, "shipote.cpu_quota",
            Limit.IO_WEIGHT, "cgroup.io_weight",
            Limit.CPUSET, "shipote.cpuset"));

    private LimitItems() {}

    /** The key of the card that asks for it; for {@link Applied}. */
    static String item(Limit limit) {
        return ITEMS.get(limit);
    }

    /** Limit to value, as {@link Limit} wants it. */
    static Map<Limit, String> asked(SomaSpec soma) {
        Limits limits = Limits.of(soma);
        Map<Limit, String> asked = new EnumMap<>(Limit.class);
        put(asked, Limit.MEMORY_MAX, limits.memBytes());
        put(asked, Limit.MEMORY_HIGH, limits.memHigh());
        put(asked, Limit.SWAP_MAX, limits.swapMax());
        put(asked, Limit.PIDS_MAX, limits.nproc());
        put(asked, Limit.CPU_WEIGHT, limits.cpuWeight());
        put(asked, Limit.CPU_QUOTA, limits.cpuQuota());
        put(asked, Limit.IO_WEIGHT, limits.ioWeight());
        put(asked, Limit.CPUSET, limits.cpuset());
        return asked;
    }

    private static void put(Map<Limit, String> asked, Limit limit, Optional<?> value) {
        value.ifPresent(wanted -> asked.put(limit, wanted.toString()));
    }

    /** Sets all that the card asks for; {@code set} answers empty when it is done, else why not. */
    static List<Applied> apply(SomaSpec soma, BiFunction<Limit, String, Optional<String>> set) {
        List<Applied> applied = new ArrayList<>();
        asked(soma).forEach((limit, value) -> applied.add(outcome(limit, set.apply(limit, value))));
        return applied;
    }

    static Applied outcome(Limit limit, Optional<String> refused) {
        return refused.map(why -> Applied.degraded(item(limit), why)).orElseGet(() -> Applied.applied(item(limit)));
    }

    /** What became of the limits in which two cards differ; one that was taken away, and is gone, is applied. */
    static List<Applied> changes(SomaSpec before, SomaSpec after, List<Applied> applied) {
        Map<Limit, String> old = asked(before);
        Map<Limit, String> now = asked(after);
        List<Applied> changes = new ArrayList<>();
        for (Limit limit : Limit.values()) {
            if (!Objects.equals(old.get(limit), now.get(limit))) {
                changes.add(applied.stream()
                        .filter(one -> one.item().equals(item(limit)))
                        .findFirst()
                        .orElseGet(() -> Applied.applied(item(limit))));
            }
        }
        return changes;
    }
}
