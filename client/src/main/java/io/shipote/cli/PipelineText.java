package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** Pipelines as people read them. */
final class PipelineText {
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
                .put("next try", next.isNumber() ? "in " + Durations.human(next.asLong() - now) : null)
                .put("started", CommandText.ago(Replies.since(pipeline, "started_ms", now)))
                .put("ended", CommandText.ago(Replies.since(pipeline, "ended_ms", now)))
                .text();
        StringBuilder out = new StringBuilder(facts).append('\n');
        out.append(CommandText.table(pipeline.path("stages"), now)).append('\n');
        for (JsonNode edge : pipeline.path("edges")) {
            String line = edge.path("from").asText() + " ["
                    + edge.path("from_output").asText() + "] -> ["
                    + edge.path("to_input").asText() + "] " + edge.path("to").asText() + "  "
                    + edge.path("path").asText();
            out.append(Table.printable(line)).append('\n');
        }
        return out.toString();
    }
}
