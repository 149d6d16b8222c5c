package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
