package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that the kernel enforces, in a group like that of a unit with {@code Delegate=yes}. */
@Cgroup2
class Cgroup2LimitsIT {
    private static final Optional<String> DONE = Optional.empty();
    private static final String HOG = "exec dd if=/dev/zero of=/dev/null bs=%s count=1";

    @TempDir
    Path directory;

    private final KeptFiles files = new KeptFiles(KeptFiles.MAX_OPEN);
    private final Meters meters = new LinuxMeters(files);
    private Path own;
    private CgroupHost host;
    private WorkspaceGroup workspace;
    private RunGroup run;
    private Children children;

    @BeforeEach
    void open() throws IOException {
        own = Cgroup2Ground.find().make("limits");
        host = Cgroup2Ground.host(own);
        assertEquals(CgroupHost.Mode.V2, host.mode(), host::describe);
        children = new Children(directory);
        workspace = host.workspace("w");
        run = workspace.run("r1");
    }

    @AfterEach
    void close() throws IOException {
        Cgroup2Ground.kill(own);
        children.close();
        files.close();
        Awaitility.await().atMost(Children.LIMIT).until(() -> GroupDir.remove(own));
    }

    private Path group() {
        return workspace.directories().get(0);
    }

    private String read(String file) {
        return Cgroup2Ground.text(group().resolve(file));
    }

    private long field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private long used(UsageSource source, Figure figure) throws IOException {
        Usage usage = new Usage();
        meters.begin();
        try (Meter meter = meters.open(source)) {
            meter.read(usage, true);
        }
        return usage.get(figure);
    }

    private long used(Figure figure) throws IOException {
        return used(new UsageSource.Groups(workspace.directories()), figure);
    }

    private ExitStatus sh(String script) throws IOException {
        return children.run(children.sh(script).withCgroups(run.procsFiles()));
    }

    @Test
    void controllersReachTheLeaves() {
        assertTrue(Files.exists(run.leaf().orElseThrow().resolve("memory.max")));
        assertTrue(Files.exists(run.leaf().orElseThrow().resolve("cpu.max")));
        assertTrue(Files.exists(run.leaf().orElseThrow().resolve("pids.max")));
    }

    @Test
    void memoryMaxKillsTheHog() throws IOException {
        assertEquals(DONE, workspace.set(Limit.MEMORY_MAX, Optional.of("33554432")));
        assertEquals(DONE, workspace.set(Limit.SWAP_MAX, Optional.of("0")));
        assertEquals("33554432", read("memory.max"));
        assertEquals("0", read("memory.swap.max"));
        assertEquals(new ExitStatus.Signalled(Signals.KILL, false), sh(String.format(HOG, "100M")));
        assertTrue(used(Figure.OOM_KILLS) > 0);
        assertTrue(used(run.usageSource(), Figure.OOM_KILLS) > 0, "it is counted for the run as well");
        assertTrue(used(Figure.MEMORY_PEAK) > 16 << 20);
    }

    @Test
    void memoryMaxOfARunKillsOnlyThere() throws IOException {
        Spawned bystander = children.start(
                children.sh("exec sleep 600").withCgroups(workspace.run("r2").procsFiles()));
        assertEquals(DONE, run.set(Limit.MEMORY_MAX, "33554432"));
        assertEquals(new ExitStatus.Signalled(Signals.KILL, false), sh(String.format(HOG, "100M")));
        assertEquals(Optional.empty(), bystander.pidfd().reap());
        assertEquals("max", read("memory.max"));
    }

    @Test
    void memoryHighSlowsDownAndDoesNotKill() throws IOException {
        assertEquals(DONE, workspace.set(Limit.MEMORY_HIGH, Optional.of("16777216")));
        assertEquals(DONE, workspace.set(Limit.SWAP_MAX, Optional.of("0")));
        assertEquals(new ExitStatus.Exited(0), sh(String.format(HOG, "20M")));
        assertTrue(field("memory.events", "high") > 0, () -> read("memory.events"));
        assertEquals(0, used(Figure.OOM_KILLS));
    }

    @Test
    void aQuotaOfProcessorTimeThrottles() throws IOException {
        assertEquals(DONE, workspace.set(Limit.CPU_QUOTA, Optional.of("20")));
        assertEquals("20000 100000", read("cpu.max"));
        Spawned spinner = children.start(children.sh("while :; do :; done").withCgroups(run.procsFiles()));
        Awaitility.await().atMost(Children.LIMIT).until(() -> field("cpu.stat", "nr_throttled") >= 5);
        assertEquals(DONE, workspace.set(Limit.CPU_QUOTA, Optional.empty()));
        assertEquals("max 100000", read("cpu.max"));
        assertTrue(run.kill());
        Children.end(spinner);
        assertTrue(used(Figure.CPU_USEC) > 0);
    }

    @Test
    void weightsAreSet() {
        assertEquals(DONE, workspace.set(Limit.CPU_WEIGHT, Optional.of("300")));
        assertEquals("300", read("cpu.weight"));
        assertEquals(DONE, workspace.set(Limit.CPU_WEIGHT, Optional.empty()));
        assertEquals("100", read("cpu.weight"));
        Optional<String> io = workspace.set(Limit.IO_WEIGHT, Optional.of("300"));
        if (Files.exists(group().resolve("io.weight"))) {
            assertEquals(DONE, io);
            assertTrue(read("io.weight").contains("default 300"), () -> read("io.weight"));
        } else {
            assertEquals(Optional.of("not applied: this kernel has no io.weight"), io);
        }
    }

    @Test
    void aForkBombIsContained() throws IOException {
        assertEquals(DONE, workspace.set(Limit.PIDS_MAX, Optional.of("20")));
        Spawned bomb = children.start(
                children.sh("f() { f & f & wait; }; f 2>/dev/null").withCgroups(run.procsFiles()));
        Awaitility.await().atMost(Children.LIMIT).until(() -> field("pids.events", "max") > 0);
        assertTrue(used(Figure.PIDS) <= 20);
        assertTrue(run.kill());
        Children.end(bomb);
        Awaitility.await().atMost(Children.LIMIT).until(() -> !run.populated());
    }

    @Test
    void aFrozenRunStandsStillAndIsKilled() throws IOException {
        Spawned spinner = children.start(children.sh("while :; do :; done").withCgroups(run.procsFiles()));
        assertEquals(DONE, run.freeze(true));
        Path events = run.leaf().orElseThrow().resolve("cgroup.events");
        Awaitility.await().atMost(Children.LIMIT).until(() -> Cgroup2Ground.text(events)
                .contains("frozen 1"));
        run.containment(Optional.empty()).kill();
        assertEquals(new ExitStatus.Signalled(Signals.KILL, false), Children.end(spinner));
        Awaitility.await().atMost(Children.LIMIT).until(() -> !run.populated());
        assertTrue(run.remove());
        assertEquals(List.of(), workspace.runs());
    }

    @Test
    void aGroupWithControllersForItsChildrenTakesNoProcess() throws IOException {
        Spawned outside = children.start(children.sh("exec sleep 600"));
        Optional<String> refused = GroupDir.write(group().resolve(GroupDir.PROCS), Integer.toString(outside.pid()));
        assertTrue(refused.isPresent(), "the rule of no internal processes");
        assertFalse(GroupDir.allPids(own).contains(outside.pid()));
    }

    @Test
    void limitsBelowWhatIsUsedAreTakenAndLimitsThatMakeNoSenseAreExplained() throws IOException {
        children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        assertEquals(DONE, workspace.set(Limit.PIDS_MAX, Optional.of("1")));
        Optional<String> refused = workspace.set(Limit.PIDS_MAX, Optional.of("99999999999"));
        assertTrue(refused.orElse("").startsWith("not applied: pids.max: "), refused::toString);
        assertEquals("1", read("pids.max"));
    }
}
