package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupHostTest {
    private static final String HYBRID = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;
    private static final String V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

    @TempDir
    Path temp;

    private CgroupHost detect(String cgroup, String mountinfo) throws IOException {
        Path self = Files.createDirectories(temp.resolve("proc/self"));
        Files.writeString(self.resolve("cgroup"), cgroup);
        Files.writeString(self.resolve("mountinfo"), mountinfo);
        return CgroupHost.detect(temp.resolve("proc"), temp.resolve("sys"));
    }

    private Path group(String path, String procs) throws IOException {
        Path dir = Files.createDirectories(temp.resolve("sys").resolve(path));
        Files.writeString(dir.resolve("cgroup.procs"), procs);
        return dir;
    }

    @Test
    void hybridUsesEachControllerBelowItsOwnPath() throws IOException {
        Path cpu = group("cpu,cpuacct", "1\n");
        Path memory = group("memory/box/a", "1\n");
        Path unified = group("unified", "1\n");
        CgroupHost host = detect("8:pids:/gone\n4:memory:/box/a\n2:cpu,cpuacct:/\n9:name=systemd:/\n0::/\n", HYBRID);
        assertEquals(CgroupHost.Mode.HYBRID, host.mode());
        assertEquals(Map.of("cpu", cpu, "memory", memory, "", unified), host.own());
        assertEquals(List.of("pids: own group /gone cannot be seen"), host.reasons());
        assertTrue(host.describe().startsWith("hybrid: "), host.describe());

        WorkspaceGroup workspace = host.workspace("w1");
        assertEquals(Optional.of("not applied: pids: own group /gone cannot be seen"), workspace.setPidsMax(5));
        Files.writeString(memory.resolve("shipote/w1/memory.limit_in_bytes"), "");
        Files.writeString(cpu.resolve("shipote/w1/cpu.shares"), "");
        assertEquals(Optional.empty(), workspace.setMemoryMax(4096));
        assertEquals(Optional.empty(), workspace.setCpuWeight(1));
        assertEquals("4096", Files.readString(memory.resolve("shipote/w1/memory.limit_in_bytes")));
        assertEquals("10", Files.readString(cpu.resolve("shipote/w1/cpu.shares")));
        RunGroup run = workspace.run("r1");
        assertEquals(Optional.of(unified.resolve("shipote/w1/r1")), run.leaf());
        assertEquals(3, run.procsFiles().size());
        assertEquals(List.of("r1"), workspace.runs());
    }

    @Test
    void pureV2HandsItsControllersOn() throws IOException {
        Path own = group("system.slice/shipote.service", "");
        Files.writeString(own.resolve("cgroup.type"), "domain\n");
        Files.writeString(own.resolve("cgroup.controllers"), "memory\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "");
        CgroupHost host = detect("0::/system.slice/shipote.service\n", V2);
        assertEquals(CgroupHost.Mode.V2, host.mode());
        WorkspaceGroup workspace = host.workspace("a/b");
        assertEquals("+memory", Files.readString(own.resolve("cgroup.subtree_control")));
        Path made = own.resolve("shipote/a/b");
        assertEquals(List.of(made), workspace.directories());
        Files.writeString(made.resolve("memory.max"), "");
        assertEquals(Optional.empty(), workspace.setMemoryMax(1 << 20));
        assertEquals("1048576", Files.readString(made.resolve("memory.max")));
        assertEquals(Optional.of("not applied: no pids controller"), workspace.setPidsMax(3));
        assertEquals(List.of(made.resolve("r/cgroup.procs")), workspace.run("r").procsFiles());
    }

    @Test
    void daemonInItsLeafFindsTheGroupAbove() throws IOException {
        Path own = group("svc", "");
        group("svc/daemon", "");
        Files.createDirectories(own.resolve("shipote"));
        assertEquals(Map.of("", own), detect("0::/svc/daemon\n", V2).own());
    }

    @Test
    void sharedV2GroupIsNotTouched() throws IOException {
        Path own = group("user.slice/session-1.scope", "999999\n");
        Files.writeString(own.resolve("cgroup.type"), "domain\n");
        CgroupHost host = detect("0::/user.slice/session-1.scope\n", V2);
        assertEquals(CgroupHost.Mode.NONE, host.mode());
        WorkspaceGroup workspace = host.workspace("w");
        assertEquals(Optional.of("not applied: group shared (" + own + ")"), workspace.setMemoryMax(1 << 20));
        assertEquals(List.of(), workspace.run("r").procsFiles());
        assertEquals(GroupUsage.NONE, workspace.usage());
        assertTrue(workspace.remove());
        assertTrue(Files.notExists(own.resolve("shipote")));
    }

    @Test
    void noHierarchyAtAll() throws IOException {
        CgroupHost host = detect("", "22 1 8:1 / / rw - ext4 /dev/sda rw\n");
        assertEquals(CgroupHost.Mode.NONE, host.mode());
        assertEquals("none", host.describe());
        RunGroup run = host.workspace("w").run("r");
        assertEquals(Optional.empty(), run.leaf());
        assertEquals(List.of(), run.pids());
        assertTrue(run.freeze(true).isPresent());
        assertTrue(run.remove());
    }

    @Test
    void onlyV1HasLimitsButNoLeaf() throws IOException {
        group("memory", "");
        CgroupHost host = detect("4:memory:/\n", HYBRID);
        assertEquals(CgroupHost.Mode.V1, host.mode());
        RunGroup run = host.workspace("w").run("r");
        assertEquals(Optional.empty(), run.leaf());
        assertEquals(1, run.procsFiles().size());
    }

    @Test
    void namesThatLeadElsewhereAreRefused() throws IOException {
        CgroupHost host = detect("", "");
        for (String name : List.of("", "/etc", "../x", "a/../b", "a//b", "cgroup.procs", "memory.max", ".hidden")) {
            assertThrows(IllegalArgumentException.class, () -> host.workspace(name), name);
        }
    }

    @Test
    void mountOfADeeperGroupIsUnderstood() {
        CgroupMount mount = CgroupMount.parse(
                        "41 31 0:38 /box/a /sys/fs/my\\040groups rw,relatime - cgroup2 cgroup2 rw\n")
                .get(0);
        assertEquals(Optional.of(Path.of("/sys/fs/my groups/b")), mount.directory("/box/a/b"));
        assertEquals(Optional.of(Path.of("/sys/fs/my groups")), mount.directory("/box/a"));
        assertEquals(Optional.empty(), mount.directory("/box/ab"));
        assertEquals(Optional.empty(), mount.directory("/../elsewhere"));
    }
}
