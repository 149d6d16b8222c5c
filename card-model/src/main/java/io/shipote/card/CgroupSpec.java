package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The control group asked for.
 *
 * @param path below the daemon's own root; empty for none
 * @param cpuWeight share of processor time; 1 to {@value #WEIGHT_MAX} in a new card
 * @param ioWeight share of disk time; 1 to {@value #WEIGHT_MAX} in a new card
 */
public record CgroupSpec(String path, Optional<Long> cpuWeight, Optional<Long> ioWeight, Shape shape) {
    public static final long WEIGHT_MAX = 10_000;

    public static final CgroupSpec NONE = new CgroupSpec("", Optional.empty(), Optional.empty(), Shape.NEW);

    public static CgroupSpec decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new CgroupSpec(
                in.text("path", ""), in.optionalU32("cpu_weight"), in.optionalU32("io_weight"), in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("path", FieldWriter.text(path), path.isEmpty())
                .putNumber("cpu_weight", cpuWeight)
                .putNumber("io_weight", ioWeight)
                .end();
    }

    void check(String at, Problems problems) {
        Ranges.noZero(path, Problems.child(at, "path"), problems);
        if (cpuWeight.isPresent()) {
            Ranges.check(cpuWeight.get(), WEIGHT_MAX, Problems.child(at, "cpu_weight"), problems);
        }
        if (ioWeight.isPresent()) {
            Ranges.check(ioWeight.get(), WEIGHT_MAX, Problems.child(at, "io_weight"), problems);
        }
    }
}
