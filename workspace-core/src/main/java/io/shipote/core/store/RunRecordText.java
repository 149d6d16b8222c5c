package io.shipote.core.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.CardText;
import io.shipote.card.CommandId;
import io.shipote.card.ExitStatus;
import io.shipote.card.FieldReader;
import io.shipote.card.FieldWriter;
import io.shipote.card.PipelineId;
import io.shipote.card.Problems;
import io.shipote.card.RunId;
import io.shipote.card.Scalars;
import io.shipote.card.Shape;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** The JSON of a run record. Unknown keys are ignored: a later version may have written it. */
final class RunRecordText {
    /** In the place of a bad id until the record is given up. */
    private static final String NIL = "0".repeat(26);

    private RunRecordText() {}

    static byte[] encode(RunRecord record) {
        FieldWriter out = new FieldWriter(Shape.NEW)
                .put("boot_id", record.bootId())
                .put("pid", record.pid())
                .put("start_ticks", record.startTicks())
                .put("run", record.run().text())
                .put("command", record.command().text())
                .put("workspace", record.workspace().text())
                .put("label", record.label())
                .put("phase", record.phase().word())
                .put("attempt", record.attempt())
                .put("argv", FieldWriter.texts(record.argv()))
                .put("started_ms", record.startedMs())
                .put("restarts", record.restarts());
        record.pipeline().ifPresent(id -> out.put("pipeline", id.text()));
        record.cgroup().ifPresent(path -> out.put("cgroup", path));
        record.directory().ifPresent(path -> out.put("directory", path));
        record.endedMs().ifPresent(ms -> out.put("ended_ms", ms));
        record.exit().ifPresent(exit -> out.put("exit", exit.encode()));
        record.endedBy().ifPresent(by -> out.put("ended_by", by));
        if (record.sinceReset() > 0) {
            out.put("since_reset", record.sinceReset());
        }
        record.nextTryMs().ifPresent(ms -> out.put("next_try_ms", ms));
        record.totals().cpuUsec().ifPresent(usec -> out.put("cpu_usec", usec));
        record.totals().peakBytes().ifPresent(bytes -> out.put("peak_rss_bytes", bytes));
        record.totals().ioReadBytes().ifPresent(bytes -> out.put("io_read_bytes", bytes));
        record.totals().ioWriteBytes().ifPresent(bytes -> out.put("io_write_bytes", bytes));
        record.pipelineCard().ifPresent(card -> out.put("pipeline_card", card));
        record.holds().ifPresent(ends -> out.put("holds", ends));
        record.own().ifPresent(own -> out.put("shipote", own));
        record.verdicts().ifPresent(all -> out.put("verdicts", all));
        if (record.removed()) {
            out.put("removed", true);
        }
        return CardText.prettyBytes(out.end(), 0);
    }

    /** @throws IOException saying what is wrong with the text */
    static RunRecord decode(byte[] text) throws IOException {
        Problems problems = new Problems();
        RunRecord record;
        try {
            record = read(new FieldReader(CardJson.parse(text), "", problems), problems);
        } catch (CardSyntaxException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!problems.isEmpty()) {
            throw new IOException(problems.list().get(0).toString());
        }
        return record;
    }

    private static RunRecord read(FieldReader in, Problems problems) {
        return new RunRecord(
                in.text("boot_id"),
                (int) number(in, "pid", Integer.MAX_VALUE, problems),
                number(in, "start_ticks", Long.MAX_VALUE, problems),
                id(in.text("run"), in.at("run"), RunId::parse, problems),
                id(in.text("command"), in.at("command"), CommandId::parse, problems),
                in.workspaceId("workspace"),
                in.optionalText("pipeline").map(id -> id(id, in.at("pipeline"), PipelineId::parse, problems)),
                in.text("label"),
                in.word("phase", RunPhase.values()),
                number(in, "attempt", Long.MAX_VALUE, problems),
                in.optionalText("cgroup"),
                in.texts("argv"),
                in.optionalText("directory"),
                number(in, "started_ms", Long.MAX_VALUE, problems),
                optionalNumber(in, "ended_ms", problems),
                Optional.ofNullable(in.nullable("exit")).map(exit -> ExitStatus.decode(exit, in.at("exit"), problems)),
                in.optionalText("ended_by"),
                optionalNumber(in, "next_try_ms", problems),
                number(in, "restarts", Long.MAX_VALUE, problems),
                new RunTotals(
                        optionalNumber(in, "cpu_usec", problems),
                        optionalNumber(in, "peak_rss_bytes", problems),
                        optionalNumber(in, "io_read_bytes", problems),
                        optionalNumber(in, "io_write_bytes", problems)),
                object(in, "pipeline_card"),
                object(in, "holds"),
                optionalNumber(in, "since_reset", problems).orElse(0L),
                object(in, "shipote"),
                Optional.ofNullable(in.nullable("verdicts"))
                        .filter(JsonNode::isArray)
                        .map(ArrayNode.class::cast),
                Optional.ofNullable(in.nullable("removed"))
                        .filter(JsonNode::asBoolean)
                        .isPresent());
    }

    private static Optional<ObjectNode> object(FieldReader in, String key) {
        return Optional.ofNullable(in.nullable(key)).filter(JsonNode::isObject).map(ObjectNode.class::cast);
    }

    private static long number(FieldReader in, String key, long max, Problems problems) {
        return Scalars.upTo(max, in.required(key), in.at(key), problems);
    }

    private static Optional<Long> optionalNumber(FieldReader in, String key, Problems problems) {
        JsonNode value = in.nullable(key);
        return value == null
                ? Optional.empty()
                : Optional.of(Scalars.upTo(Long.MAX_VALUE, value, in.at(key), problems));
    }

    private static <T> T id(String text, String path, Function<String, T> parse, Problems problems) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add(path, "is not an id: " + e.getMessage());
            return parse.apply(NIL);
        }
    }
}
