package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/**
 * A limit of {@code getrlimit(2)}, in the unit of its resource. Its JSON is a number, {@code "unlimited"}, or a list of
 * two of these, the soft limit first.
 *
 * @param soft what is enforced; empty = unlimited
 * @param hard how far the process itself may raise the soft one; empty = unlimited
 */
public record ResourceLimit(Optional<Long> soft, Optional<Long> hard) {
    private static final String UNLIMITED = "unlimited";
    private static final String FORM = "a whole number, \"unlimited\", or a list of two of them";

    /** The same soft and hard limit. */
    public static ResourceLimit of(long value) {
        return new ResourceLimit(Optional.of(value), Optional.of(value));
    }

    static ResourceLimit decode(JsonNode node, String path, Problems problems) {
        if (!node.isArray()) {
            Optional<Long> both = one(node, path, problems);
            return new ResourceLimit(both, both);
        }
        if (node.size() != 2) {
            problems.add(path, "must be " + FORM + ", not a list of " + node.size());
            return of(0);
        }
        ResourceLimit limit = new ResourceLimit(
                one(node.get(0), Problems.child(path, 0), problems),
                one(node.get(1), Problems.child(path, 1), problems));
        if (compare(limit.soft, limit.hard) > 0) {
            problems.add(path, "has a soft limit above the hard one");
        }
        return limit;
    }

    private static Optional<Long> one(JsonNode node, String path, Problems problems) {
        if (node.isTextual() && node.textValue().equals(UNLIMITED)) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            Scalars.wrongType(FORM, node, path, problems);
            return Optional.of(0L);
        }
        return Optional.of(node.longValue());
    }

    JsonNode encode() {
        if (soft.equals(hard)) {
            return encode(soft);
        }
        ArrayNode both = JsonNodeFactory.instance.arrayNode();
        return both.add(encode(soft)).add(encode(hard));
    }

    private static JsonNode encode(Optional<Long> one) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return one.isPresent() ? json.numberNode(one.get()) : json.textNode(UNLIMITED);
    }

    /** The smaller of both, soft and hard each. */
    public ResourceLimit smaller(ResourceLimit other) {
        return new ResourceLimit(
                compare(soft, other.soft) <= 0 ? soft : other.soft, compare(hard, other.hard) <= 0 ? hard : other.hard);
    }

    private static int compare(Optional<Long> a, Optional<Long> b) {
        return Long.compare(a.orElse(Long.MAX_VALUE), b.orElse(Long.MAX_VALUE));
    }

    /** As {@code prlimit(1)} takes it: {@code SOFT:HARD}. */
    @Override
    public String toString() {
        return text(soft) + ":" + text(hard);
    }

    private static String text(Optional<Long> one) {
        return one.isPresent() ? one.get().toString() : UNLIMITED;
    }
}
