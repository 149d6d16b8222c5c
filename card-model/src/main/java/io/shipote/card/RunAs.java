package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The identity a command runs under.
 *
 * @param uid user, 0 to 4,294,967,295
 * @param gid group, 0 to 4,294,967,295
 * @param groups supplementary groups
 */
public record RunAs(long uid, long gid, List<Long> groups, Shape shape) {
    public RunAs {
        groups = List.copyOf(groups);
    }

    public static RunAs decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        long uid = in.u32("uid");
        long gid = in.u32("gid");
        JsonNode groups = in.optional("groups");
        return new RunAs(
                uid, gid, groups == null ? List.of() : Scalars.u32s(groups, in.at("groups"), problems), in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("uid", uid)
                .put("gid", gid)
                .put("groups", FieldWriter.numbers(groups), groups.isEmpty())
                .end();
    }
}
