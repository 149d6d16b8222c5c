package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written where, in each layout. */
class LimitsTest {
    private static final Optional<String> DONE = Optional.empty();
    private static final Optional<String> NONE = Optional.empty();

    @TempDir
    Path temp;

    private FakeTree tree() {
        return new FakeTree(temp);
    }

    private WorkspaceGroup v2() throws IOException {
        tree().delegated("svc", "memory pids cpu io cpuset");
        return tree().detect("0::/svc\n", FakeTree.V2).workspace("w");
    }

    private WorkspaceGroup hybrid() throws IOException {
        for (String mount : List.of("cpu,cpuacct", "cpuset", "blkio", "memory", "pids", "unified")) {
            tree().group(mount, "");
        }
        Path cpuset = temp.resolve("sys/cpuset");
        Files.writeString(cpuset.resolve("cpuset.cpus"), "0-3\n");
        Files.writeString(cpuset.resolve("cpuset.mems"), "0\n");
        String groups = "7:blkio:/\n4:memory:/\n3:cpuset:/\n8:pids:/\n2:cpu,cpuacct:/\n0::/\n";
        return tree().detect(groups, FakeTree.HYBRID).workspace("w");
    }

    @Test
    void inV2EachHasItsFile() throws IOException {
        WorkspaceGroup workspace = v2();
        Path group = workspace.directories().get(0);
        Map<Limit, List<String>> wanted = new EnumMap<>(Map.of(
                Limit.MEMORY_MAX, List.of("memory.max", "4096", "4096", "max"),
                Limit.MEMORY_HIGH, List.of("memory.high", "4096", "4096", "max"),
                Limit.SWAP_MAX, List.of("memory.swap.max", "0", "0", "max"),
                Limit.PIDS_MAX, List.of("pids.max", "5", "5", "max"),
                Limit.CPU_WEIGHT, List.of("cpu.weight", "7", "7", "100"),
                Limit.CPU_QUOTA, List.of("cpu.max", "150", "150000 100000", "max 100000"),
                Limit.IO_WEIGHT, List.of("io.weight", "7", "default 7", "default 100"),
                Limit.CPUSET, List.of("cpuset.cpus", "0-1", "0-1", "\n")));
        for (Limit limit : Limit.values()) {
            List<String> row = wanted.get(limit);
            FakeTree.files(group, List.of(row.get(0)));
            assertEquals(DONE, workspace.set(limit, Optional.of(row.get(1))));
            assertEquals(row.get(2), FakeTree.text(group, row.get(0)), limit.name());
            Files.writeString(group.resolve(row.get(0)), "");
            assertEquals(DONE, workspace.set(limit, NONE));
            assertEquals(row.get(3), FakeTree.text(group, row.get(0)), limit.name());
        }
    }

    @Test
    void inV2AMissingFileIsExplained() throws IOException {
        WorkspaceGroup workspace = v2();
        Path group = workspace.directories().get(0);
        assertEquals(
                Optional.of("not applied: no memory controller"), workspace.set(Limit.MEMORY_MAX, Optional.of("1")));
        assertEquals(DONE, workspace.set(Limit.MEMORY_MAX, NONE), "there is nothing to take away");
        FakeTree.files(group, List.of("io.stat"));
        assertEquals(
                Optional.of("not applied: this kernel has no io.weight"),
                workspace.set(Limit.IO_WEIGHT, Optional.of("7")));
        FakeTree.files(group, List.of("io.bfq.weight"));
        assertEquals(DONE, workspace.set(Limit.IO_WEIGHT, Optional.of("10000")));
        assertEquals("default 1000", FakeTree.text(group, "io.bfq.weight"));
    }

    @Test
    void processorsThatAreNotThereAreTold() throws IOException {
        WorkspaceGroup workspace = v2();
        Path group = workspace.directories().get(0);
        FakeTree.files(group, List.of("cpuset.cpus"));
        Files.writeString(group.resolve("cpuset.cpus.effective"), "0-1\n");
        assertEquals(DONE, workspace.set(Limit.CPUSET, Optional.of("1")));
        assertEquals(
                Optional.of("of the processors 1-5 only 0-1 can be used"),
                workspace.set(Limit.CPUSET, Optional.of("1-5")));
    }

    @Test
    void v1HasItsOwnFilesOrAReason() throws IOException {
        WorkspaceGroup workspace = hybrid();
        Path memory = temp.resolve("sys/memory/shipote/w");
        Path cpu = temp.resolve("sys/cpu,cpuacct/shipote/w");
        FakeTree.files(memory, List.of("memory.limit_in_bytes"));
        FakeTree.files(cpu, List.of("cpu.cfs_quota_us"));
        assertEquals(DONE, workspace.set(Limit.MEMORY_MAX, Optional.of("4096")));
        assertEquals("4096", FakeTree.text(memory, "memory.limit_in_bytes"));
        assertEquals(DONE, workspace.set(Limit.CPU_QUOTA, Optional.of("50")));
        assertEquals("50000", FakeTree.text(cpu, "cpu.cfs_quota_us"));
        assertEquals(DONE, workspace.set(Limit.CPU_QUOTA, NONE));
        assertTrue(FakeTree.text(cpu, "cpu.cfs_quota_us").startsWith("-1"));
        for (Limit limit : List.of(Limit.MEMORY_HIGH, Limit.SWAP_MAX, Limit.IO_WEIGHT)) {
            assertTrue(workspace.set(limit, Optional.of("100")).orElse("").startsWith("not applied: "), limit.name());
            assertEquals(DONE, limit == Limit.IO_WEIGHT ? DONE : workspace.set(limit, NONE));
        }
    }

    @Test
    void aV1CpusetIsMadeOnlyWhenALimitNeedsIt() throws IOException {
        WorkspaceGroup workspace = hybrid();
        Path cpuset = temp.resolve("sys/cpuset/shipote/w");
        assertEquals(DONE, workspace.set(Limit.CPUSET, NONE));
        assertFalse(Files.exists(cpuset));
        assertEquals(4, workspace.run("r").procsFiles().size());
        // What the kernel would have put there.
        Files.createDirectories(cpuset);
        for (Path group : List.of(cpuset.getParent(), cpuset)) {
            FakeTree.files(group, List.of("cpuset.cpus", "cpuset.mems"));
        }
        assertEquals(DONE, workspace.set(Limit.CPUSET, Optional.of("1-2")));
        assertEquals("1-2", FakeTree.text(cpuset, "cpuset.cpus"));
        assertEquals("0", FakeTree.text(cpuset, "cpuset.mems"));
        assertTrue(workspace.run("r").procsFiles().contains(cpuset.resolve("cgroup.procs")));
        assertEquals(DONE, workspace.set(Limit.CPUSET, NONE));
        assertEquals("0-3", FakeTree.text(cpuset, "cpuset.cpus"));
    }

    @Test
    void aRunWithALimitOfItsOwnGetsAV1GroupBelowTheWorkspaces() throws IOException {
        WorkspaceGroup workspace = hybrid();
        Path memory = temp.resolve("sys/memory/shipote/w");
        Path own = Files.createDirectories(memory.resolve("r1"));
        FakeTree.files(own, List.of("memory.limit_in_bytes"));
        RunGroup run = workspace.run("r1");
        assertTrue(run.procsFiles().contains(memory.resolve("cgroup.procs")));
        assertEquals(DONE, run.set(Limit.MEMORY_MAX, "4096"));
        assertEquals("4096", FakeTree.text(own, "memory.limit_in_bytes"));
        assertTrue(run.procsFiles().contains(own.resolve("cgroup.procs")));
        assertFalse(run.procsFiles().contains(memory.resolve("cgroup.procs")));
        Files.delete(own.resolve("memory.limit_in_bytes"));
        assertTrue(run.remove());
        assertFalse(Files.exists(own));
    }
}
