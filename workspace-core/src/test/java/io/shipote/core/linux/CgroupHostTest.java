package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupHostTest {
    @TempDir
    Path temp;

    private CgroupHost detect(String cgroup, String mountinfo) throws IOException {
        return new FakeTree(temp).detect(cgroup, mountinfo);
    }

    private Path group(String path, String procs) throws IOException {
        return new FakeTree(temp).group(path, procs);
    }

    @Test
    void hybridUsesEachControllerBelowItsOwnPath() throws IOException {
        Path cpu = group("cpu,cpuacct", "1\n");
        Path memory = group("memory/box/a", "1\n");
        Path unified = group("unified", "1\n");
        CgroupHost host =
                detect("8:pids:/gone\n4:memory:/box/a\n2:cpu,cpuacct:/\n9:name=systemd:/\n0::/\n", FakeTree.HYBRID);
        assertEquals(CgroupHost.Mode.HYBRID, host.mode());
        assertEquals(Map.of("cpu", cpu, "memory", memory, "", unified), host.own());
        assertEquals(List.of("pids: own group /gone cannot be seen"), host.reasons());
        assertTrue(host.describe().startsWith("hybrid: "), host.describe());

        WorkspaceGroup workspace = host.workspace("w1");
        assertEquals(
                Optional.of("not applied: pids: own group /gone cannot be seen"),
                workspace.set(Limit.PIDS_MAX, Optional.of("5")));
        Files.writeString(memory.resolve("shipote/w1/memory.limit_in_bytes"), "");
        Files.writeString(cpu.resolve("shipote/w1/cpu.shares"), "");
        assertEquals(Optional.empty(), workspace.set(Limit.MEMORY_MAX, Optional.of("4096")));
        assertEquals(Optional.empty(), workspace.set(Limit.CPU_WEIGHT, Optional.of("1")));
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
        CgroupHost host = detect("0::/system.slice/shipote.service\n", FakeTree.V2);
        assertEquals(CgroupHost.Mode.V2, host.mode());
        WorkspaceGroup workspace = host.workspace("a/b");
        assertEquals("+memory", Files.readString(own.resolve("cgroup.subtree_control")));
        Path made = own.resolve("shipote/a/b");
        assertEquals(List.of(made), workspace.directories());
        Files.writeString(made.resolve("memory.max"), "");
        assertEquals(Optional.empty(), workspace.set(Limit.MEMORY_MAX, Optional.of("1048576")));
        assertEquals("1048576", Files.readString(made.resolve("memory.max")));
        assertEquals(Optional.of("not applied: no pids controller"), workspace.set(Limit.PIDS_MAX, Optional.of("3")));
        assertEquals(List.of(made.resolve("r/cgroup.procs")), workspace.run("r").procsFiles());
    }

    @Test
    void daemonInItsLeafFindsTheGroupAbove() throws IOException {
        Path own = group("svc", "");
        group("svc/daemon", "");
        Files.createDirectories(own.resolve("shipote"));
        assertEquals(Map.of("", own), detect("0::/svc/daemon\n", FakeTree.V2).own());
    }

    @Test
    void sharedV2GroupIsNotTouched() throws IOException {
        Path own = group("user.slice/session-1.scope", "999999\n");
        Files.writeString(own.resolve("cgroup.type"), "domain\n");
        CgroupHost host = detect("0::/user.slice/session-1.scope\n", FakeTree.V2);
        assertEquals(CgroupHost.Mode.NONE, host.mode());
        WorkspaceGroup workspace = host.workspace("w");
        assertEquals(
                Optional.of("not applied: group shared (" + own + ")"),
                workspace.set(Limit.MEMORY_MAX, Optional.of("1048576")));
        assertEquals(List.of(), workspace.run("r").procsFiles());
        assertEquals(List.of(), workspace.directories());
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
        CgroupHost host = detect("4:memory:/\n", FakeTree.HYBRID);
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

    private static void mark(Path group, String attribute, String value) throws IOException {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
        try {
            view.write(attribute, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        } catch (FileSystemException e) {
            assumeTrue(false, "no extended attributes in " + group + ": " + e.getMessage());
        }
    }

    @Test
    void aUnitsGroupThatSystemdHasNotDelegatedIsNotTouched() throws IOException {
        Path own = new FakeTree(temp).delegated("system.slice/shipote.service", "memory");
        mark(own, "invocation_id", "0123456789abcdef");
        CgroupHost host = detect("0::/system.slice/shipote.service\n", FakeTree.V2);
        assertEquals(CgroupHost.Mode.NONE, host.mode());
        String why = host.workspace("w").set(Limit.MEMORY_MAX, Optional.of("1")).orElse("");
        assertTrue(why.startsWith("not applied: group not delegated"), why);
        assertTrue(why.contains("Delegate=yes"), why);
        mark(own, "delegate", "1");
        assertEquals(
                CgroupHost.Mode.V2,
                detect("0::/system.slice/shipote.service\n", FakeTree.V2).mode());
    }

    @Test
    void systemdsSubgroupIsTakenForOurLeaf() throws IOException {
        Path own = new FakeTree(temp).delegated("svc", "memory");
        group("svc/daemon", "");
        assertEquals(
                own.resolve("daemon"),
                detect("0::/svc/daemon\n", FakeTree.V2).own().get(""));
        mark(own, "delegate", "1");
        assertEquals(own, detect("0::/svc/daemon\n", FakeTree.V2).own().get(""));
    }

    @Test
    void aGroupBesideOurOwnIsDividedAndOursIsLeftAlone() throws IOException {
        FakeTree tree = new FakeTree(temp);
        Path own = tree.delegated("app.slice/shipote.service", "memory");
        Path other = tree.delegated("app.slice/groups.service", "memory");
        CgroupHost host = tree.detectInService("0::/app.slice/shipote.service\n", Optional.of("../groups.service"));
        assertEquals(Map.of("", other), host.own());
        assertEquals(List.of(), host.reasons());
        host.workspace("w");
        assertEquals("+memory", FakeTree.text(other, "cgroup.subtree_control"));
        assertEquals("", FakeTree.text(own, "cgroup.subtree_control"));
        CgroupHost without = tree.detectInService("0::/app.slice/shipote.service\n", Optional.of("../gone.service"));
        assertEquals(CgroupHost.Mode.NONE, without.mode());
        assertEquals(List.of("unified: group /app.slice/gone.service cannot be seen"), without.reasons());
    }

    /** A group that hands controllers on takes no process, and so not the next daemon either. */
    @Test
    void theGroupThatSystemdStartsUsInIsNotDivided() throws IOException {
        FakeTree tree = new FakeTree(temp);
        Path own = tree.delegated("svc", "memory");
        CgroupHost host = tree.detectInService("0::/svc\n", Optional.empty());
        assertEquals(CgroupHost.Mode.V2, host.mode());
        WorkspaceGroup workspace = host.workspace("w");
        assertEquals("", FakeTree.text(own, "cgroup.subtree_control"));
        assertEquals(List.of(own.resolve("shipote/w")), workspace.directories());
        String why = workspace.set(Limit.MEMORY_MAX, Optional.of("1")).orElse("");
        assertTrue(why.startsWith("not applied: group not divided (" + own), why);
        group("svc/daemon", "");
        Path found =
                tree.detectInService("0::/svc/daemon\n", Optional.empty()).own().get("");
        assertEquals(own, found);
        assertEquals(
                List.of(),
                tree.detectInService("0::/svc/daemon\n", Optional.empty()).reasons());
    }

    @Test
    void withoutProcThereAreNoGroupsAndAReason() throws IOException {
        CgroupHost host = CgroupHost.detect(temp.resolve("nowhere"), temp.resolve("sys"));
        assertEquals(CgroupHost.Mode.NONE, host.mode());
        assertEquals(2, host.reasons().size());
        assertTrue(host.describe().contains("cannot be read"), host.describe());
        assertEquals(List.of(), host.workspace("w").directories());
    }
}
