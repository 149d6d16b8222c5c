package io.shipote.daemon.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.Event;
import io.shipote.card.wire.WireJson;
import io.shipote.core.ManualLoop;
import io.shipote.core.Worker;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.RotatingFile;
import io.shipote.daemon.control.CallObserver.Outcome;
import io.shipote.daemon.control.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AuditorTest {
    private static final Peer PEER = new Peer(1000, 77);
    private static final Pattern CHANGES = Pattern.compile(
            "^method ((?:Create|Set|Stop|Delete|Run|Start|Restart|Retry|Remove|Flush|Kill|Save|Drop|Prune)\\w*)\\(",
            Pattern.MULTILINE);

    private final ManualLoop loop = new ManualLoop();
    private final List<ObjectNode> lines = new ArrayList<>();
    private final Auditor auditor = new Auditor(loop, log());

    /** Its worker is never started: only what is added counts here. */
    private AuditLog log() {
        RotatingFile file = new RotatingFile(new DiskFiles(), Path.of("/nonexistent/audit.jsonl"), 1, 1);
        AuditLog log = new AuditLog(loop, new Worker("audit", 8, loop), file);
        log.follow(lines::add);
        return log;
    }

    private static Call call(String method, String parameters) {
        ObjectNode tree =
                (ObjectNode) CardJson.parse(parameters.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return new Call("io.shipote." + method, tree, false, false, false);
    }

    private static Outcome failed(String error) {
        return new Outcome(Optional.of(error), Optional.empty());
    }

    private static Event event(String kind, String state, Optional<String> act) {
        return new Event(
                7,
                kind,
                Optional.of("W"),
                Optional.of("C"),
                Optional.empty(),
                Optional.of(state),
                Optional.of("why"),
                act);
    }

    @Test
    void ofAChangeOfLimitsItIsWrittenWhichButNoMoreThanPlainValues() {
        auditor.over(
                call(
                        "SetWorkspace",
                        "{'target':'w','limits':{'memory_bytes':64,'cpuset':'0-1','deep':{'a':1}},'clear':['pids']}"),
                PEER,
                failed("io.shipote.NotFound"));
        assertEquals(
                CardJson.parse("{\"memory_bytes\":64,\"cpuset\":\"0-1\"}".getBytes(StandardCharsets.UTF_8)),
                lines.get(0).path("limits"));
        assertEquals("pids", lines.get(0).at("/clear/0").asText());
    }

    @Test
    void aRunIsWrittenWithItsIdsAndWithoutItsSecrets() {
        auditor.over(
                call(
                        "Run",
                        "{'workspace':'w','name':'n','spec':{'label':'backup','payload':{'Native':{'exec':'/bin/x',"
                                + "'argv':['--password=hunter2'],'envp':[['TOKEN','hunter2']]}}}}"),
                PEER,
                new Outcome(Optional.empty(), Optional.of(new RunOut("ID", "running", "RUN", 99, List.of()))));
        assertEquals(1, lines.size());
        String text = lines.get(0).toString();
        assertFalse(text.contains("hunter2"), text);
        assertFalse(text.contains("/bin/x"), text);
        assertTrue(
                text.endsWith("\"by\":\"client\",\"uid\":1000,\"pid\":77,\"method\":\"Run\",\"workspace\":\"w\","
                        + "\"name\":\"n\",\"label\":\"backup\",\"id\":\"ID\",\"run\":\"RUN\",\"started_pid\":99,"
                        + "\"outcome\":\"ok\"}"),
                text);
        assertTrue(
                lines.get(0).path("time").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
                text);
    }

    @Test
    void aFailureAndAClientThatLeftAreOutcomes() {
        auditor.over(call("StopCommand", "{'target':'x'}"), PEER, failed("io.shipote.NotFound"));
        auditor.over(call("StopCommand", "{}"), PEER, failed("org.varlink.service.InvalidParameter"));
        auditor.over(call("StopCommand", "{'target':'x'}"), PEER, new Outcome(Optional.empty(), Optional.empty()));
        assertEquals(
                List.of("NotFound", "org.varlink.service.InvalidParameter", "unanswered"),
                lines.stream().map(line -> line.path("outcome").asText()).toList());
    }

    @Test
    void noLabelCanForgeALineOrGrowIt() throws IOException {
        String evil = "x\\n{\\\"by\\\":\\\"daemon\\\"}\\u0085\\u2028\\u001b[2J" + "é".repeat(10_000);
        auditor.over(call("StopCommand", "{'target':'" + evil + "','grace_ms':{'deep':[1]}}"), PEER, failed("x"));
        byte[] bytes = AuditLine.encode(lines.get(0));
        String text = new String(bytes, StandardCharsets.US_ASCII);
        assertEquals(1, text.chars().filter(c -> c == '\n').count());
        assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127)), text);
        JsonNode read = CardJson.parse(bytes);
        assertEquals("client", read.path("by").asText());
        assertEquals(AuditLine.MAX_TEXT, read.path("target").asText().length());
        assertTrue(read.path("grace_ms").isMissingNode());
    }

    @Test
    void whatOnlyReadsAndWhatOnlyHappensIsNotWritten() {
        auditor.over(call("ListCommands", "{}"), PEER, failed("x"));
        auditor.happened(event("command", "running", Optional.empty()));
        auditor.happened(event("workspace.created", "active", Optional.empty()));
        assertEquals(List.of(), lines);
        auditor.happened(event("command", "backoff", Optional.of("restart")));
        auditor.happened(event("workspace.expired", "active", Optional.of("expire")));
        // A kind that this class has never heard of is an act.
        auditor.happened(event("quota.kill", "active", Optional.empty()));
        assertEquals(
                List.of("restart", "expire", "quota.kill"),
                lines.stream().map(line -> line.path("act").asText()).toList());
        assertEquals("daemon", lines.get(0).path("by").asText());
    }

    @Test
    void everyMethodThatChangesSomethingIsAudited() throws IOException {
        String idl;
        try (InputStream in = WireJson.class.getResourceAsStream("io.shipote.varlink")) {
            idl = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher matcher = CHANGES.matcher(idl);
        int found = 0;
        while (matcher.find()) {
            found++;
            assertFalse(Auditor.READS.contains(matcher.group(1)), matcher.group(1));
        }
        assertTrue(found > 15, "only " + found);
        Set<String> unknown = new java.util.TreeSet<>(Auditor.READS);
        unknown.removeIf(name -> idl.contains("\nmethod " + name + "("));
        assertEquals(Set.of(), unknown);
    }
}
