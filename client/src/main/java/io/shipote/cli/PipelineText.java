package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** Pipelines as people read them. */
final class PipelineText {
    private static final int PERCENT = 100;

    private PipelineText() {}

    static String table(JsonNode pipelines, long now) {
        Table table = new Table("ID", "LABEL", "STATE", "STAGES", "STATUS", "RESTARTS", "AGE");
        for (JsonNode one : pipelines) {
            table.row(
                    Replies.text(one, "id"),
                    Replies.text(one, "label"),
                    Replies.text(one, "state"),
                    String.valueOf(one.path("stages").size()),
                    Replies.text(one, "status"),
                    one.path("restarts").asText(),
                    Replies.since(one, "started_ms", now));
        }
        return table.isEmpty() ? "(no pipelines)\n" : table.text();
    }

    /** The processes that keep its pipes while no daemon is there. */
    private static String holders(JsonNode pids) {
        StringJoiner text = new StringJoiner(" ", "pid ", "");
        pids.forEach(pid -> text.add(pid.asText()));
        return pids.isEmpty() ? null : text.toString();
    }

    static String facts(JsonNode pipeline, long now) {
        JsonNode next = pipeline.path("next_try_ms");
        boolean told = pipeline.path("retry").path("next_try_ms").isNumber();
        String facts = new Facts()
                .put("id", Replies.text(pipeline, "id"))
                .put("label", Replies.text(pipeline, "label"))
                .put("state", Replies.text(pipeline, "state"))
                .put("why", Replies.text(pipeline, "why"))
                .put("workspace", Replies.text(pipeline, "workspace"))
                .put("supervised", pipeline.path("supervised").asBoolean() ? "yes" : "no")
                .put("status", Replies.text(pipeline, "status"))
                .put("restarts", Replies.text(pipeline, "restarts"))
                .put("retries", RetryText.of(pipeline, now))
                .put("pipes held by", holders(pipeline.path("holders")))
                .put("next try", next.isNumber() && !told ? "in " + Durations.human(next.asLong() - now) : null)
                .put("started", CommandText.ago(Replies.since(pipeline, "started_ms", now)))
                .put("ended", CommandText.ago(Replies.since(pipeline, "ended_ms", now)))
                .text();
        StringBuilder out = new StringBuilder(facts).append('\n');
        out.append(CommandText.table(pipeline.path("stages"), now)).append('\n');
        return out.append(edges(pipeline.path("edges"))).toString();
    }

    /** The edges, and what their bytes seem to be where that was asked for. */
    static String edges(JsonNode edges) {
        Table table = new Table("EDGE", "FROM", "TO", "PATH", "STRUCTURE", "MEDIA TYPE", "ENCODING", "SURE", "SEEN");
        for (int i = 0; i < edges.size(); i++) {
            JsonNode edge = edges.get(i);
            JsonNode verdict = edge.path("verdict");
            JsonNode seen = verdict.path("discernment");
            table.row(
                    String.valueOf(i),
                    edge.path("from").asText() + " [" + edge.path("from_output").asText() + "]",
                    edge.path("to").asText() + " [" + edge.path("to_input").asText() + "]",
                    edge.path("path").asText(),
                    Replies.text(seen, "structure"),
                    Replies.text(seen, "media_type"),
                    Replies.text(seen, "encoding"),
                    seen.isObject() ? Math.round(seen.path("confidence").asDouble() * PERCENT) + "%" : null,
                    seen.isObject()
                            ? (verdict.path("sampled").asBoolean() ? "waiting " : "first ")
                                    + Sizes.human(verdict.path("bytes").asLong())
                            : null);
        }
        return table.isEmpty() ? "(no edges)\n" : table.text();
    }
}
