package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PipelineCheckTest {
    private static List<String> check(List<CommandRef> nodes, List<Edge> edges) {
        Problems problems = new Problems();
        PipelineSpec.of("p", Cards.WORKSPACE, nodes, edges).check(problems);
        return Cards.lines(problems);
    }

    private static CommandRef run(String label) {
        return CommandRef.nativeCommand(label, "/bin/true", List.of("a"));
    }

    private static List<String> check(Payload payload) {
        return check(List.of(run("n").withPayload(payload)), List.of());
    }

    @Test
    void goodOneHasNone() {
        assertEquals(List.of(), check(List.of(run("a"), run("b")), List.of(Edge.of(0, 1))));
    }

    @Test
    void labels() {
        assertEquals(
                List.of(
                        "nodes[0].label: is blank",
                        "nodes[1].label: is blank",
                        "nodes[3].label: is taken by nodes[2]: \"a\""),
                check(List.of(run(" "), run(" "), run("a"), run("a")), List.of()));
        assertEquals(List.of("nodes: is empty: a pipeline has at least one command"), check(List.of(), List.of()));
    }

    @Test
    void payloads() {
        assertEquals(
                List.of("nodes[0].payload: is Virtual, which cannot run as a process here; use Native or Legacy"),
                check(new Payload.Virtual()));
        assertEquals(
                List.of("nodes[0].payload: is Wasm, which cannot run as a process here; use Native or Legacy"),
                check(new Payload.Wasm(List.of(), "", Shape.NEW)));
        assertEquals(
                List.of("nodes[0].payload.Legacy.exec: is empty"),
                check(new Payload.Legacy("", List.of(), List.of(), Shape.NEW)));
        assertEquals(
                List.of(
                        "nodes[0].payload.Native.exec: is empty",
                        "nodes[0].payload.Native.argv[1]: must not hold a zero character",
                        "nodes[0].payload.Native.envp[0]: must have a name without '=', not \"\"",
                        "nodes[0].payload.Native.envp[1]: must have a name without '=', not \"A=…\"",
                        "nodes[0].payload.Native.envp[2]: must not hold a zero character"),
                check(new Payload.Native(
                        "",
                        List.of("a", "\0"),
                        List.of(new EnvVar("", "x"), new EnvVar("A=B", ""), new EnvVar("A", "\0")),
                        Shape.NEW)));
    }

    @Test
    void limitsAndFlowsOfNodes() {
        Flow flow = new Flow("f", new FlowType.Primitive("json"), Optional.empty());
        CommandRef node = new CommandRef(
                "n",
                run("n").payload(),
                SomaSpec.none().withNproc(Optional.of(0L)),
                new Flows(List.of(flow, flow), List.of(flow)),
                Supervision.ONE_SHOT,
                Shape.NEW);
        assertEquals(
                List.of(
                        "nodes[0].soma.rlimits.nproc: must be from 1 to 65535, not 0",
                        "nodes[0].flows.input[1].name: is taken: \"f\""),
                check(List.of(node), List.of()));
    }

    @Test
    void ports() {
        String out = "must be \"stdout\", \"stderr\" or a descriptor from 1 to 1023, not ";
        String in = "must be \"stdin\", \"0\" or a descriptor from 3 to 1023, not ";
        for (String bad : List.of("", "0", "stdin", "1024", "-1", "+1", "1.0", "99999999999999999999", "１")) {
            assertEquals(
                    List.of("edges[0].from_output: " + out + "\"" + bad + "\""),
                    check(List.of(run("a"), run("b")), List.of(new Edge(0, bad, 1, "stdin", Shape.NEW))));
        }
        for (String bad : List.of("", "1", "2", "stdout", "STDIN", "1024")) {
            assertEquals(
                    List.of("edges[0].to_input: " + in + "\"" + bad + "\""),
                    check(List.of(run("a"), run("b")), List.of(new Edge(0, "stderr", 1, bad, Shape.NEW))));
        }
        for (String good : List.of("3", "0003", "1023")) {
            assertEquals(List.of(), check(List.of(run("a"), run("b")), List.of(new Edge(0, good, 1, good, Shape.NEW))));
        }
        assertEquals(OptionalInt.of(2), new Edge(0, "stderr", 1, "3", Shape.NEW).outputFd());
        assertEquals(OptionalInt.of(1023), new Edge(0, "1023", 1, "3", Shape.NEW).outputFd());
        assertEquals(OptionalInt.of(3), new Edge(0, "stderr", 1, "3", Shape.NEW).inputFd());
        assertEquals(OptionalInt.of(0), Edge.of(0, 1).inputFd());
        assertEquals(OptionalInt.of(1), Edge.of(0, 1).outputFd());
    }

    private static List<String> problems(String json) {
        return Cards.lines(
                PipelineSpec.problems(CardJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
    }

    private static String card(String nodes, String edges) {
        return "{'label':'p','workspace':'01KR0Y2GP83CP3TKJZC1RR54R4','nodes':[" + nodes + "],'edges':[" + edges + "]}";
    }

    private static String node(String label) {
        return "{'label':'" + label + "','payload':{'Native':{'exec':'x','argv':[],'envp':[]}}}";
    }

    private static String edge(String from, String to) {
        return "{'from':" + from + ",'from_output':'stdout','to':" + to + ",'to_input':'stdin'}";
    }

    @Test
    void whatIsWrongWithTheFormDoesNotHideTheRest() {
        String bad = "{'label':'a','payload':{'kind':'x'}}";
        assertEquals(
                List.of(
                        "nodes[0].payload: must be one of \"Virtual\", \"Native\", \"Legacy\", \"Wasm\", not \"kind\"",
                        "nodes[2].label: is taken by nodes[1]: \"b\"",
                        "edges[0]: leads from \"b\" to itself",
                        "edges[1].to: is node 9, but there are only 3",
                        "edges: form a cycle: a -> b -> a"),
                problems(card(
                        bad + "," + node("b") + "," + node("b"),
                        edge("1", "1") + "," + edge("0", "9") + "," + edge("0", "1") + "," + edge("1", "0"))));
    }

    @Test
    void whatStandsInForTheUnreadableIsNotJudged() {
        assertEquals(
                List.of("edges[0].to: is missing"),
                problems(card(node("a") + "," + node("b"), "{'from':0,'from_output':'stdout','to_input':'stdin'}")));
        assertEquals(
                List.of("edges[1].from: must be a whole number from 0 to 18446744073709551615, not \"b\""),
                problems(card(node("a") + "," + node("b"), edge("0", "1") + "," + edge("'b'", "0"))));
        assertEquals(
                1,
                problems("{'label':'p','workspace':'01KR0Y2GP83CP3TKJZC1RR54R4','nodes':3}")
                        .size());
        assertEquals(1, problems("[]").size());
    }

    @Test
    void aPipelineHasSoManyStagesAtMost() {
        StringBuilder nodes = new StringBuilder(node("n"));
        for (int i = 0; i < PipelineSpec.MAX_STAGES; i++) {
            nodes.append(',').append(node("n" + i));
        }
        assertEquals(
                List.of("nodes: are 1001, more than the 1000 that a pipeline may have"),
                problems(card(nodes.toString(), "")));
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertEquals(
                List.of(
                        "nodes[0].label: is blank",
                        "nodes[1].payload: is Virtual, which cannot run as a process here; use Native or Legacy",
                        "edges[0].to_input: must be \"stdin\", \"0\" or a descriptor from 3 to 1023, not \"x\"",
                        "edges[0].to: is node 2, but there are only 2",
                        "edges[1].from: is node 18446744073709551615, but there are only 2",
                        "edges[2]: leads from \"b\" to itself"),
                check(
                        List.of(run(""), run("b").withPayload(new Payload.Virtual())),
                        List.of(new Edge(0, "stdout", 2, "x", Shape.NEW), Edge.of(-1, 1), Edge.of(1, 1))));
    }
}
