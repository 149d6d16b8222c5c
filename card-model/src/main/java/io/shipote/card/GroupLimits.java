package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Limits that upstream's card has no keys for; they stand in the object "shipote" of a {@link SomaSpec}. Empty means none.
 *
 * @param memHigh bytes of memory above which the processes are slowed down and their memory is reclaimed; 1 to {@value
 *     RLimits#MEM_MAX} in a new card
 * @param swapMax bytes of swap space; 0 to {@value RLimits#MEM_MAX} in a new card
 * @param cpuQuota processor time in percent of one processor, 150 being one and a half; 1 to {@value #CPU_QUOTA_MAX} in
 *     a new card
 * @param cpuset processors allowed; see {@link CpuList}
 */
public record GroupLimits(
        Optional<U64> memHigh, Optional<U64> swapMax, Optional<Long> cpuQuota, Optional<String> cpuset) {
    /** All of as many processors as a list of them can name. */
    public static final long CPU_QUOTA_MAX = 100L * (CpuList.MAX_CPU + 1);

    public static final GroupLimits NONE =
            new GroupLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final String MEM_HIGH = "mem_high";
    private static final String SWAP_MAX = "swap_max";
    private static final String CPU_QUOTA = "cpu_quota";
    private static final String CPUSET = "cpuset";

    /** Those of a soma that has been read without problems. */
    public static GroupLimits of(SomaSpec soma) {
        Optional<ObjectNode> own = soma.shape().shipote();
        return own.isEmpty() ? NONE : decode(own.get(), "", new Problems());
    }

    static GroupLimits decode(JsonNode own, String path, Problems problems) {
        FieldReader in = new FieldReader(own, path, problems);
        return new GroupLimits(
                in.optionalU64(MEM_HIGH), in.optionalU64(SWAP_MAX), in.optionalU32(CPU_QUOTA), in.optionalText(CPUSET));
    }

    /** The same soma with these limits instead of its own; whatever else is in its object "shipote" stays. */
    public SomaSpec into(SomaSpec soma) {
        if (equals(of(soma))) {
            return soma;
        }
        Optional<ObjectNode> before = soma.shape().shipote();
        ObjectNode own = before.isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                : before.get().deepCopy();
        own.remove(List.of(MEM_HIGH, SWAP_MAX, CPU_QUOTA, CPUSET));
        if (memHigh.isPresent()) {
            own.set(MEM_HIGH, memHigh.get().encode());
        }
        if (swapMax.isPresent()) {
            own.set(SWAP_MAX, swapMax.get().encode());
        }
        if (cpuQuota.isPresent()) {
            own.put(CPU_QUOTA, cpuQuota.get());
        }
        if (cpuset.isPresent()) {
            own.put(CPUSET, cpuset.get());
        }
        return soma.withShape(soma.shape().withShipote(own));
    }

    void check(String path, Problems problems) {
        if (memHigh.isPresent()) {
            Ranges.check(memHigh.get().saturated(), RLimits.MEM_MAX, Problems.child(path, MEM_HIGH), problems);
        }
        if (swapMax.isPresent() && swapMax.get().saturated() > RLimits.MEM_MAX) {
            problems.add(
                    Problems.child(path, SWAP_MAX), "must be from 0 to " + RLimits.MEM_MAX + ", not " + swapMax.get());
        }
        if (cpuQuota.isPresent()) {
            Ranges.check(cpuQuota.get(), CPU_QUOTA_MAX, Problems.child(path, CPU_QUOTA), problems);
        }
        if (cpuset.isPresent()) {
            CpuList.check(cpuset.get(), Problems.child(path, CPUSET), problems);
        }
    }
}
