package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupIT {
    @TempDir
    Path directory;

    private final KeptFiles files = new KeptFiles(KeptFiles.MAX_OPEN);
    private final Meters meters = new LinuxMeters(files);
    private Children children;
    private CgroupHost host;
    private WorkspaceGroup workspace;
    private RunGroup run;

    @BeforeEach
    void open() throws IOException {
        host = CgroupHost.detect();
        assumeTrue(host.mode() == CgroupHost.Mode.HYBRID || host.mode() == CgroupHost.Mode.V2, host.describe());
        children = new Children(directory);
        workspace = host.workspace("test-" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        run = workspace.run("run-1");
    }

    @AfterEach
    void close() throws IOException {
        if (children == null) {
            return;
        }
        run.kill();
        children.close();
        files.close();
        Awaitility.await().atMost(Children.LIMIT).until(() -> workspace.remove());
        host.removeRoot();
        for (Path group : workspace.directories()) {
            assertTrue(Files.notExists(group));
        }
    }

    private Usage usage(UsageSource source) throws IOException {
        Usage usage = new Usage();
        meters.begin();
        try (Meter meter = meters.open(source)) {
            meter.read(usage, true);
        }
        return usage;
    }

    private Usage ofWorkspace() throws IOException {
        return usage(new UsageSource.Groups(workspace.directories()));
    }

    @Test
    void processIsInItsGroupsFromItsFirstInstruction() throws IOException {
        ExitStatus end = children.run(children.sh("cat /proc/self/cgroup").withCgroups(run.procsFiles()));
        assertEquals(new ExitStatus.Exited(0), end);
        Map<String, String> groups = OwnGroups.parse(children.output());
        assertTrue(groups.get("").endsWith("/run-1"), groups::toString);
        if (host.mode() == CgroupHost.Mode.HYBRID) {
            for (String controller : Set.of("memory", "cpu", "pids")) {
                assertTrue(groups.get(controller).contains("/shipote/test-"), controller + " in " + groups);
            }
        }
        assertTrue(usage(run.usageSource()).get(Figure.CPU_USEC) > 0);
        assertFalse(run.populated());
    }

    @Test
    void whoWasBeingStartedWhenAGroupWasAddedIsMovedThere() throws IOException {
        assumeTrue(host.mode() == CgroupHost.Mode.HYBRID, "only v1 groups are added later");
        List<Path> before = run.procsFiles();
        Optional<String> refused = workspace.set(Limit.CPUSET, Optional.of("0"));
        assumeTrue(refused.isEmpty(), () -> "no cpuset here: " + refused.orElse(""));
        Spawned late = children.start(children.sh("exec sleep 600").withCgroups(before));
        String name = workspace.directories().get(0).getFileName().toString();
        assertFalse(host.proc().cgroups(late.pid()).get("cpuset").contains(name));
        assertTrue(run.mayHaveToSettle());
        run.settle();
        assertTrue(host.proc().cgroups(late.pid()).get("cpuset").contains(name));
    }

    @Test
    void membersAreSignalledAndCounted() throws IOException {
        Spawned first = children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        Spawned second = children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        Spawned outside = children.start(children.sh("exec sleep 600"));
        assertEquals(Set.of(first.pid(), second.pid()), Set.copyOf(run.pids()));
        assertTrue(run.populated());
        assertEquals(2, ofWorkspace().get(Figure.PIDS));
        assertTrue(ofWorkspace().get(Figure.MEMORY) > 0);
        assertFalse(workspace.remove(), "it is in use");

        run.signal(Signals.TERM);
        assertEquals(new ExitStatus.Signalled(Signals.TERM, false), Children.end(first));
        assertEquals(new ExitStatus.Signalled(Signals.TERM, false), Children.end(second));
        assertEquals(Optional.empty(), outside.pidfd().reap());
    }

    @Test
    void wholeTreeIsKilled() throws IOException {
        try (Pipe pid = Pipe.open()) {
            Spawned leader = children.start(children.sh(Trees.ESCAPING)
                    .withHeld(List.of(pid.writeEnd()))
                    .withCgroups(run.procsFiles()));
            try (PidFd escaped =
                    PidFd.open(Integer.parseInt(Children.line(pid))).orElseThrow()) {
                Containment containment = run.containment(Optional.of(leader.identity()));
                Awaitility.await()
                        .atMost(Children.LIMIT)
                        .until(() -> containment.pids().size() == 2);
                containment.kill();
                assertTrue(escaped.await(Children.LIMIT));
                assertEquals(new ExitStatus.Signalled(Signals.KILL, false), Children.end(leader));
                Awaitility.await().atMost(Children.LIMIT).until(containment::empty);
                containment.remove();
                assertEquals(List.of(), workspace.runs());
            }
        }
    }

    @Test
    void frozenRunIsKilledToo() throws IOException {
        Spawned leader = children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        assertEquals(Optional.empty(), run.freeze(true));
        run.containment(Optional.empty()).kill();
        assertEquals(new ExitStatus.Signalled(Signals.KILL, false), Children.end(leader));
    }

    @Test
    void limitsAreAppliedOrExplained() throws IOException {
        assertEquals(Optional.empty(), workspace.set(Limit.MEMORY_MAX, Optional.of("67108864")));
        assertEquals(Optional.empty(), workspace.set(Limit.PIDS_MAX, Optional.of("20")));
        assertEquals(Optional.empty(), workspace.set(Limit.CPU_WEIGHT, Optional.of("50")));
        if (host.mode() == CgroupHost.Mode.HYBRID) {
            Path shipote = host.own().get("cpu").resolve("shipote");
            List<Path> groups = GroupDir.children(shipote);
            assertTrue(groups.stream()
                    .anyMatch(group -> workspace.directories().contains(group)
                            && GroupDirText.read(group.resolve("cpu.shares")).equals("512")));
        }
    }

    @Test
    void memoryLimitKillsAndIsCounted() throws IOException {
        assertEquals(Optional.empty(), workspace.set(Limit.MEMORY_MAX, Optional.of("8388608")));
        ExitStatus end = children.run(
                children.sh("exec head -c 100000000 /dev/zero | tail").withCgroups(run.procsFiles()));
        assertFalse(end.success(), end::describe);
        assertTrue(ofWorkspace().get(Figure.OOM_KILLS) > 0);
        assertTrue(ofWorkspace().get(Figure.MEMORY_PEAK) > 4 * 1024 * 1024);
    }

    @Test
    void usageOfARemovedGroupIsEmpty() throws IOException {
        Meter meter = meters.open(run.usageSource());
        Usage usage = new Usage();
        meter.read(usage, true);
        assertTrue(usage.known(Figure.CPU_USEC));
        Files.delete(run.leaf().orElseThrow());
        meter.read(usage, true);
        assertEquals("none", usage.toString(), "nothing is known of what is gone");
        assertEquals(0, files.open());
        assertEquals(List.of(), run.pids());
        assertFalse(run.populated());
        assertTrue(run.remove());
    }

    @Test
    void sameGroupsAreFoundAgain() throws IOException {
        children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        String name = workspace.directories().get(0).getFileName().toString();
        WorkspaceGroup again = CgroupHost.detect().workspace(name);
        assertEquals(List.of("run-1"), again.runs());
        assertTrue(again.run("run-1").populated());
    }
}
