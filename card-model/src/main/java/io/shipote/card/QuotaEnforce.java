package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;

/** What happens when a workspace exceeds its memory or its number of processes. */
public record QuotaEnforce(QuotaAction mem, QuotaAction nproc, Shape shape) {
    public static final QuotaEnforce NONE = new QuotaEnforce(QuotaAction.NONE, QuotaAction.NONE, Shape.NEW);

    public static QuotaEnforce decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new QuotaEnforce(
                in.word("mem", QuotaAction.values(), QuotaAction.NONE),
                in.word("nproc", QuotaAction.values(), QuotaAction.NONE),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("mem", mem, QuotaAction.NONE)
                .put("nproc", nproc, QuotaAction.NONE)
                .end();
    }
}
