package io.shipote.card.wire;

import io.shipote.card.CgroupSpec;
import io.shipote.card.GroupLimits;
import io.shipote.card.Problems;
import io.shipote.card.RLimits;
import io.shipote.card.SomaSpec;
import io.shipote.card.U64;
import java.util.List;
import java.util.Optional;

/**
 * All limits of a workspace's or a command's group in one place, wherever they stand in the card; empty means none. Sizes
 * in bytes, {@code cpuQuota} in percent of one processor, weights from 1 to 10,000, {@code cpuset} a list of processors.
 */
public record Limits(
        Optional<Long> memBytes,
        Optional<Long> memHigh,
        Optional<Long> swapMax,
        Optional<Long> nproc,
        Optional<Long> cpuWeight,
        Optional<Long> cpuQuota,
        Optional<Long> ioWeight,
        Optional<String> cpuset) {
    /** The names of all of them on the wire. */
    public static final List<String> NAMES =
            List.of("mem_bytes", "mem_high", "swap_max", "nproc", "cpu_weight", "cpu_quota", "io_weight", "cpuset");

    public static final Limits NONE = new Limits(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** What a card asks for. */
    public static Limits of(SomaSpec soma) {
        GroupLimits own = GroupLimits.of(soma);
        return new Limits(
                soma.rlimits().memBytes().map(U64::saturated),
                own.memHigh().map(U64::saturated),
                own.swapMax().map(U64::saturated),
                soma.rlimits().nproc(),
                soma.cgroup().cpuWeight(),
                own.cpuQuota(),
                soma.cgroup().ioWeight(),
                own.cpuset());
    }

    /**
     * The card with those of these limits that are there, and without those that are named.
     *
     * @param clear of {@link #NAMES}; what is in neither stays as it is
     * @throws IllegalArgumentException for a negative size; {@link #check} finds it before
     */
    public SomaSpec into(SomaSpec soma, List<String> clear) {
        GroupLimits own = GroupLimits.of(soma);
        RLimits rlimits = soma.rlimits();
        CgroupSpec cgroup = soma.cgroup();
        SomaSpec changed = soma.withRlimits(new RLimits(
                        next("mem_bytes", clear, memBytes.map(U64::of), rlimits.memBytes()),
                        next("nproc", clear, nproc, rlimits.nproc()),
                        rlimits.nofile(),
                        rlimits.shape()))
                .withCgroup(new CgroupSpec(
                        cgroup.path(),
                        next("cpu_weight", clear, cpuWeight, cgroup.cpuWeight()),
                        next("io_weight", clear, ioWeight, cgroup.ioWeight()),
                        cgroup.shape()));
        return new GroupLimits(
                        next("mem_high", clear, memHigh.map(U64::of), own.memHigh()),
                        next("swap_max", clear, swapMax.map(U64::of), own.swapMax()),
                        next("cpu_quota", clear, cpuQuota, own.cpuQuota()),
                        next("cpuset", clear, cpuset, own.cpuset()))
                .into(changed);
    }

    /** Finds what no card could hold; whether it makes sense is for the card to check. */
    public void check(String path, Problems problems) {
        List<Optional<Long>> numbers = List.of(memBytes, memHigh, swapMax, nproc, cpuWeight, cpuQuota, ioWeight);
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i).isPresent() && numbers.get(i).get() < 0) {
                problems.add(Problems.child(path, NAMES.get(i)), "must not be negative");
            }
        }
    }

    private static <T> Optional<T> next(String name, List<String> clear, Optional<T> wanted, Optional<T> before) {
        return wanted.isPresent() ? wanted : clear.contains(name) ? Optional.empty() : before;
    }
}
