package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.StubDaemon;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What verbs send and print, against a daemon that answers as it is told. */
class MainTest {
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final String STARTED =
            "{\"id\":\"" + ID + "\",\"state\":\"running\",\"run\":\"r\",\"pid\":42,\"applied\":[]}";
    private static final String ENDED = "{\"id\":\"" + ID + "\",\"state\":\"exited\",\"status\":3,\"why\":\"exited\"}";

    @TempDir
    Path directory;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private StubDaemon stub;
    private Cli cli;

    @BeforeEach
    void start() {
        stub = new StubDaemon(directory, this::answer);
        cli = Cli.at(stub.socket());
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    private String answer(ObjectNode call) {
        String method = call.path("method").asText().substring("io.shipote.".length());
        String key = method + " " + call.at("/parameters/after").asText("");
        return answers.getOrDefault(key.trim(), StubDaemon.error("io.shipote.NotFound", "{\"message\":\"nothing\"}"));
    }

    private void reply(String method, String parameters) {
        answers.put(method, StubDaemon.reply(parameters));
    }

    private ObjectNode sent() throws InterruptedException {
        return (ObjectNode) stub.calls().take().path("parameters");
    }

    @Test
    void aListIsReadPageByPage() {
        String one = "{\"id\":\"%s\",\"label\":\"l\",\"state\":\"active\"}";
        reply("ListWorkspaces", "{\"workspaces\":[" + one.formatted("A") + "],\"next\":\"A\"}");
        reply("ListWorkspaces A", "{\"workspaces\":[" + one.formatted("B") + "],\"next\":null}");
        assertEquals(0, cli.run("ws", "list"));
        assertEquals(3, cli.out().lines().count());
        assertEquals(0, cli.run("--json", "workspace", "list"));
        assertTrue(cli.out().contains("\"B\""));
    }

    @Test
    void createPrintsOnlyTheIdAndWarnsOnStandardError() throws InterruptedException {
        reply(
                "CreateWorkspace",
                "{\"id\":\"" + ID
                        + "\",\"state\":\"active\",\"applied\":[{\"item\":\"memory\",\"outcome\":\"applied\"},"
                        + "{\"item\":\"cpu weight\",\"outcome\":\"degraded\",\"why\":\"no controller\"},"
                        + "{\"item\":\"networking\",\"outcome\":\"advisory\",\"why\":\"never enforced\"}]}");
        assertEquals(
                0,
                cli.run(
                        "ws",
                        "create",
                        "--label",
                        "a",
                        "--memory",
                        "256M",
                        "--pids",
                        "10",
                        "--cpu-weight",
                        "50",
                        "--ttl",
                        "2h",
                        "--on-exit",
                        "keep",
                        "--affinity",
                        "0,1",
                        "--strict"));
        assertEquals(ID + "\n", cli.out());
        assertEquals(
                "shipote: cpu weight: degraded: no controller\nshipote: networking: advisory: never enforced\n",
                cli.err());
        ObjectNode sent = sent();
        assertTrue(sent.path("strict").asBoolean());
        assertEquals(268_435_456, sent.at("/spec/soma/rlimits/mem_bytes").asLong());
        assertEquals(10, sent.at("/spec/soma/rlimits/nproc").asLong());
        assertEquals(50, sent.at("/spec/soma/cgroup/cpu_weight").asLong());
        assertEquals(7_200_000, sent.at("/spec/ttl").asLong());
        assertEquals("keep", sent.at("/spec/on_exit").asText());
        assertEquals("[0,1]", sent.at("/spec/soma/cpu_affinity").toString());
    }

    @Test
    void everyLimitGoesIntoTheSpec() throws InterruptedException {
        reply("CreateWorkspace", "{\"id\":\"" + ID + "\",\"state\":\"active\",\"applied\":[]}");
        String words = "ws create --label a --memory 1G --memory-high 512M --swap 0 --pids 9 --cpu-quota 150%"
                + " --cpu-weight 50 --io-weight 200 --cpuset 0-3,8 --over-memory kill --over-pids log";
        assertEquals(0, cli.run(words.split(" ")), cli.err());
        JsonNode spec = sent().path("spec");
        JsonNode soma = spec.path("soma");
        assertEquals(
                "{\"mem_high\":536870912,\"swap_max\":0,\"cpu_quota\":150,\"cpuset\":\"0-3,8\"}",
                soma.path("shipote").toString());
        assertEquals(200, soma.at("/cgroup/io_weight").asLong());
        assertEquals(9, soma.at("/rlimits/nproc").asLong());
        assertEquals(
                "{\"mem\":\"kill\",\"nproc\":\"log\"}",
                spec.path("quota_enforce").toString());
    }

    @Test
    void setSendsWhatIsToChangeAndWhatIsToGo() throws InterruptedException {
        reply(
                "SetWorkspace",
                "{\"id\":\"" + ID + "\",\"state\":\"active\",\"applied\":[{\"item\":\"rlimits.mem_bytes\","
                        + "\"outcome\":\"degraded\",\"why\":\"busy\"}]}");
        assertEquals(0, cli.run("ws set a --memory 1M --cpu-quota 50% --pids none --cpuset max --ttl none".split(" ")));
        assertEquals("set " + ID + " (ttl none)\n", cli.out());
        assertEquals("shipote: rlimits.mem_bytes: degraded: busy\n", cli.err());
        ObjectNode sent = sent();
        assertEquals(
                "{\"mem_bytes\":1048576,\"cpu_quota\":50}", sent.path("limits").toString());
        assertEquals("[\"nproc\",\"cpuset\"]", sent.path("clear").toString());
        assertTrue(sent.path("clear_ttl").asBoolean());
    }

    @Test
    void runSendsACard() throws InterruptedException {
        reply("Run", STARTED);
        assertEquals(
                0,
                cli.run(
                        "run",
                        "-w",
                        "web",
                        "--name",
                        "api",
                        "--restart",
                        "on-failure",
                        "--backoff",
                        "200ms",
                        "--max-restarts",
                        "5",
                        "--env",
                        "A=b=c",
                        "--env",
                        "D=",
                        "--cwd",
                        "/srv",
                        "--stdin",
                        "in.txt",
                        "--",
                        "/bin/echo",
                        "-n",
                        "--wait"));
        assertEquals(ID + "  pid=42\n", cli.out());
        ObjectNode sent = sent();
        assertEquals("web", sent.path("workspace").asText());
        assertEquals("api", sent.path("name").asText());
        assertEquals(
                "{\"backoff_ms\":200,\"max\":5,\"policy\":\"on_failure\"}",
                sent.path("restart").toString());
        assertEquals("echo", sent.at("/spec/label").asText());
        assertEquals(
                "{\"exec\":\"/bin/echo\",\"argv\":[\"-n\",\"--wait\"],\"envp\":[[\"A\",\"b=c\"],[\"D\",\"\"]]}",
                sent.at("/spec/payload/Native").toString());
        assertEquals("/srv", sent.at("/spec/shipote/cwd").asText());
        assertTrue(sent.at("/spec/shipote/stdin").asText().endsWith("/in.txt"));
    }

    @Test
    void runWithoutAWorkspaceCreatesTheDefaultOne() throws InterruptedException {
        answers.put("CreateWorkspace", StubDaemon.reply("{\"id\":\"" + ID + "\",\"state\":\"active\",\"applied\":[]}"));
        assertEquals(4, cli.run("run", "true"));
        assertEquals("default", sent().path("workspace").asText());
        assertEquals("default", sent().at("/spec/label").asText());
        assertEquals("default", sent().path("workspace").asText());
        reply("Run", STARTED);
        assertEquals(0, cli.run("run", "true"));
    }

    @Test
    void waitPassesTheStatus() {
        reply("Run", STARTED);
        reply("Wait", ENDED);
        assertEquals(3, cli.run("wait", "x"));
        assertEquals("", cli.out());
        assertEquals(3, cli.run("run", "--wait", "x"));
        assertEquals(3, cli.run("--json", "run", "--wait", "x"));
        assertTrue(cli.out().contains("\"pid\": 42"), cli.out());
        assertTrue(cli.out().contains("\"state\": \"exited\""), cli.out());
    }

    @Test
    void followShowsTheOutputAndPassesTheStatus() {
        reply("Run", STARTED);
        reply("Wait", ENDED);
        answers.put(
                "Logs",
                StubDaemon.more(
                                "{\"id\":\"i\",\"label\":\"l\",\"stream\":\"stdout\",\"offset\":0,\"data\":\"b3V0Cg==\"}")
                        + StubDaemon.reply(
                                "{\"id\":\"i\",\"label\":\"l\",\"stream\":\"stderr\",\"offset\":0,\"data\":\"ZXJyCg==\"}"));
        assertEquals(3, cli.run("run", "--follow", "x"));
        assertEquals("out\n", cli.out());
        assertTrue(cli.err().endsWith("err\n"), cli.err());
        assertEquals(0, cli.run("logs", "x"));
        assertEquals("out\n", cli.out());
        assertEquals("err\n", cli.err());
        assertEquals(0, cli.run("--json", "logs", "x"));
        assertEquals(2, cli.out().lines().count());
    }

    @Test
    void aProgramThatIsNotThereIs127() {
        answers.put(
                "Run", StubDaemon.error("io.shipote.NotStarted", "{\"message\":\"no x\",\"path\":\"x\",\"errno\":2}"));
        assertEquals(127, cli.run("run", "-w", "a", "--wait", "x"));
        assertEquals(1, cli.run("run", "-w", "a", "x"));
        answers.put(
                "Run", StubDaemon.error("io.shipote.NotStarted", "{\"message\":\"no x\",\"path\":\"x\",\"errno\":13}"));
        assertEquals(126, cli.run("run", "-w", "a", "--wait", "x"));
    }

    @Test
    void stagesFormAChain() throws InterruptedException {
        reply(
                "RunPipeline",
                "{\"id\":\"" + ID + "\",\"state\":\"running\",\"stages\":[{\"label\":\"sort\",\"command\":\"c\","
                        + "\"pid\":1},{\"label\":\"uniq -c\",\"command\":\"d\",\"pid\":20}],\"applied\":[]}");
        assertEquals(
                0,
                cli.run(
                        "pipeline",
                        "run",
                        "-w",
                        "w",
                        "--stage",
                        "sort 'a b'",
                        "--stage",
                        "uniq",
                        "--stage",
                        "sort -n"));
        assertEquals("pipeline " + ID + "\n  sort     c  pid=1\n  uniq -c  d  pid=20\n", cli.out());
        ObjectNode sent = sent();
        assertEquals("w", sent.path("workspace").asText());
        assertEquals("sort | uniq | sort", sent.at("/spec/label").asText());
        assertEquals("a b", sent.at("/spec/nodes/0/payload/Native/argv/0").asText());
        assertEquals("sort-2", sent.at("/spec/nodes/2/label").asText());
        assertEquals(2, sent.at("/spec/edges").size());
        assertEquals("stdout", sent.at("/spec/edges/1/from_output").asText());
    }

    @Test
    void problemsOfTheDaemonAreTold() {
        answers.put(
                "Why",
                StubDaemon.error(
                        "io.shipote.Ambiguous",
                        "{\"message\":\"01ABCD fits two\",\"candidates\":[\"01ABCD1\",\"01ABCD2\"]}"));
        assertEquals(5, cli.run("why", "01ABCD"));
        assertEquals(
                "shipote: 01ABCD fits two (give more of the id)\nshipote:   candidate: 01ABCD1\n"
                        + "shipote:   candidate: 01ABCD2\n",
                cli.err());
    }

    @Test
    void aLostConnectionIsAFailure() {
        answers.put("Health", StubDaemon.HANG_UP);
        assertEquals(1, cli.run("health"));
        assertTrue(cli.err().contains("was lost"), cli.err());
    }

    @Test
    void stoppingTheDaemonWaitsUntilItIsGone() {
        answers.put("StopDaemon", StubDaemon.reply("{\"pid\":7,\"ended\":2}") + StubDaemon.HANG_UP);
        assertEquals(0, cli.run("daemon", "stop", "--all", "--grace", "1s"));
        assertEquals("stopped  pid=7 (ended 2)\n", cli.out());
        assertEquals(
                "{\"all\":true,\"grace_ms\":1000}",
                stub.calls().remove().path("parameters").toString());
    }

    @Test
    void severalTargetsGiveOneDocumentALine() {
        reply("StopWorkspace", "{\"id\":\"" + ID + "\",\"state\":\"stopped\",\"ended\":1}");
        assertEquals(0, cli.run("ws", "stop", "a", "b", "--json"));
        assertEquals(2, cli.out().lines().count());
        assertEquals(0, cli.run("ws", "stop", "a"));
        assertEquals("stopped " + ID + " (ended 1)\n", cli.out());
    }
}
