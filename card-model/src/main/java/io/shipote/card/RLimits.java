package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Limits of resources; empty means none.
 *
 * @param memBytes memory in bytes; 1 to {@value #MEM_MAX} in a new card
 * @param nproc processes; 1 to {@value #NPROC_MAX} in a new card
 * @param nofile open files per process; 1 to {@value #NOFILE_MAX} in a new card
 */
public record RLimits(Optional<U64> memBytes, Optional<Long> nproc, Optional<Long> nofile, Shape shape) {
    /** One TiB. */
    public static final long MEM_MAX = 1L << 40;

    public static final long NPROC_MAX = 65_535;
    public static final long NOFILE_MAX = 1_048_576;

    public static final RLimits NONE = new RLimits(Optional.empty(), Optional.empty(), Optional.empty(), Shape.NEW);

    public static RLimits decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new RLimits(in.optionalU64("mem_bytes"), in.optionalU32("nproc"), in.optionalU32("nofile"), in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .putU64("mem_bytes", memBytes)
                .putNumber("nproc", nproc)
                .putNumber("nofile", nofile)
                .end();
    }

    void check(String path, Problems problems) {
        if (memBytes.isPresent()) {
            Ranges.check(memBytes.get().saturated(), MEM_MAX, Problems.child(path, "mem_bytes"), problems);
        }
        if (nproc.isPresent()) {
            Ranges.check(nproc.get(), NPROC_MAX, Problems.child(path, "nproc"), problems);
        }
        if (nofile.isPresent()) {
            Ranges.check(nofile.get(), NOFILE_MAX, Problems.child(path, "nofile"), problems);
        }
    }
}
