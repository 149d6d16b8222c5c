package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkspaceCheckTest {
    private static final WorkspaceSpec GOOD = WorkspaceSpec.of("good");

    private static List<String> check(WorkspaceSpec spec) {
        Problems problems = new Problems();
        spec.check(problems);
        return Cards.lines(problems);
    }

    private static List<String> check(SomaSpec soma) {
        return check(GOOD.withSoma(soma));
    }

    @Test
    void labels() {
        assertEquals(List.of(), check(GOOD));
        assertEquals(List.of(), check(GOOD.withLabel("ñ".repeat(128))));
        assertEquals(List.of("label: must have at most 256 bytes, not 258"), check(GOOD.withLabel("ñ".repeat(129))));
        assertEquals(List.of("label: is blank"), check(GOOD.withLabel("\u00a0 ")));
        assertEquals(List.of("label: must not hold control characters"), check(GOOD.withLabel("a\u001b[2Jb")));
        assertEquals(List.of("label: must not hold control characters"), check(GOOD.withLabel("a\u007f\u0085")));
        assertEquals(List.of("label: holds half a character"), check(GOOD.withLabel("a\ud800")));
    }

    @Test
    void memory() {
        SomaSpec soma = GOOD.soma();
        assertEquals(List.of(), check(soma.withMemBytes(Optional.of(U64.of(1)))));
        assertEquals(List.of(), check(soma.withMemBytes(Optional.of(U64.of(1L << 40)))));
        String range = "soma.rlimits.mem_bytes: must be from 1 to 1099511627776, not ";
        assertEquals(List.of(range + "0"), check(soma.withMemBytes(Optional.of(U64.ZERO))));
        assertEquals(List.of(range + "1099511627777"), check(soma.withMemBytes(Optional.of(U64.of((1L << 40) + 1)))));
        assertEquals(1, check(soma.withMemBytes(Optional.of(U64.MAX))).size());
    }

    @Test
    void counts() {
        SomaSpec soma = GOOD.soma();
        assertEquals(List.of(), check(soma.withNproc(Optional.of(1L)).withNofile(Optional.of(1L))));
        assertEquals(List.of(), check(soma.withNproc(Optional.of(65535L)).withNofile(Optional.of(1048576L))));
        assertEquals(
                List.of(
                        "soma.rlimits.nproc: must be from 1 to 65535, not 0",
                        "soma.rlimits.nofile: must be from 1 to 1048576, not 0"),
                check(soma.withNproc(Optional.of(0L)).withNofile(Optional.of(0L))));
        assertEquals(
                2,
                check(soma.withNproc(Optional.of(65536L)).withNofile(Optional.of(1048577L)))
                        .size());
    }

    @Test
    void weightsAndProcessors() {
        SomaSpec soma = GOOD.soma();
        assertEquals(List.of(), check(soma.withCpuWeight(Optional.of(1L)).withIoWeight(Optional.of(10000L))));
        assertEquals(
                List.of(
                        "soma.cgroup.cpu_weight: must be from 1 to 10000, not 0",
                        "soma.cgroup.io_weight: must be from 1 to 10000, not 10001",
                        "soma.cpu_affinity: must name at least one processor"),
                check(soma.withCpuWeight(Optional.of(0L))
                        .withIoWeight(Optional.of(10001L))
                        .withCpuAffinity(Optional.of(List.of()))));
        assertEquals(List.of("soma.cgroup.path: must not hold a zero character"), check(soma.withCgroupPath("a\0b")));
    }

    @Test
    void flowNames() {
        FlowSlot slot = new FlowSlot("in", FlowDirection.INPUT, FlowScope.WORKSPACE, Shape.NEW);
        FlowSlot same = new FlowSlot("in", FlowDirection.OUTPUT, FlowScope.PUBLIC, Shape.NEW);
        assertEquals(List.of("flow_dirs[1].name: is taken: \"in\""), check(GOOD.withFlowDirs(List.of(slot, same))));
    }

    @Test
    void filesMayHoldWhatCheckRefuses() {
        assertEquals(
                List.of(),
                Cards.workspaceProblems("{'label':'a\\u0007','flow_dirs':[{'name':'','direction':'input'},"
                        + "{'name':'','direction':'input'}]}"));
    }
}
