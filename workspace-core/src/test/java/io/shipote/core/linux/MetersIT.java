package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures out of files in all their forms, bounded in descriptors and without garbage. */
class MetersIT {
    private static final int MANY = 2_000;
    /** For what the virtual machine does on its own account. */
    private static final long BYTES_IN_ALL = 64 * 1024;

    @TempDir
    Path directory;

    private final List<ProcessIdentity> started = new ArrayList<>();
    private Children children;
    private KeptFiles files = new KeptFiles(KeptFiles.MAX_OPEN);
    private final Usage usage = new Usage();

    @BeforeEach
    void open() throws IOException {
        children = new Children(directory);
    }

    private String mark() {
        return "marked-" + directory.getFileName();
    }

    private Spawned start(String script) throws IOException {
        Spawned spawned = children.start(children.sh(script));
        started.add(spawned.identity());
        return spawned;
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        for (ProcessIdentity leader : started) {
            Containment.scan(new ProcFiles(), mark(), Optional.of(leader)).kill();
        }
        children.close();
    }

    private Path group(String name, String... contents) throws IOException {
        Path group = Files.createDirectories(directory.resolve(name));
        for (int i = 0; i < contents.length; i += 2) {
            Files.writeString(group.resolve(contents[i]), contents[i + 1]);
        }
        return group;
    }

    private Path unified(String name) throws IOException {
        return group(
                name,
                "cpu.stat",
                "usage_usec 1500000\nuser_usec 1\nsystem_usec 2\n",
                "memory.current",
                "4096\n",
                "memory.peak",
                "8192\n",
                "memory.events",
                "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n",
                "pids.current",
                "7\n",
                "pids.events",
                "max 5\n",
                "io.stat",
                "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n"
                        + "8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021\n",
                "cpu.pressure",
                "some avg10=12.34 avg60=5.00 avg300=0.00 total=987654\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n",
                "memory.pressure",
                "some avg10=100.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=99.9 avg60=0.00 avg300=0.00 total=2\n",
                "cgroup.procs",
                "1\n");
    }

    private Meter meter(Path... groups) {
        return new LinuxMeters(files).open(new UsageSource.Groups(List.of(groups)));
    }

    @Test
    void aUnifiedGroupTellsAll() throws IOException {
        meter(unified("v2")).read(usage, true);
        assertEquals(
                "cgroup MEMORY=4096 MEMORY_PEAK=8192 CPU_USEC=1500000 PIDS=7 OOM_KILLS=2 PIDS_REFUSED=5"
                        + " IO_READ=91889664 IO_WRITE=613781504 CPU_SOME=1234 CPU_SOME_USEC=987654 CPU_FULL=0"
                        + " CPU_FULL_USEC=5 MEMORY_SOME=10000 MEMORY_SOME_USEC=1 MEMORY_FULL=9990 MEMORY_FULL_USEC=2",
                usage.toString());
    }

    @Test
    void theGroupsOfAHybridHostTellTogether() throws IOException {
        Path memory = group(
                "memory",
                "memory.usage_in_bytes",
                "9223372036854771712\n",
                "memory.max_usage_in_bytes",
                "5\n",
                "memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
        Path cpu = group("cpu", "cpu.shares", "1024\n", "cpu.stat", "nr_periods 0\n");
        Path accounts = group("cpuacct", "cpuacct.usage", "2500999\n");
        Path procs = group("unified", "cgroup.procs", "10\n200\n3000\n");
        meter(memory, cpu, accounts, procs).read(usage, true);
        assertEquals(
                "cgroup MEMORY=9223372036854771712 MEMORY_PEAK=5 CPU_USEC=2500 PIDS=3 OOM_KILLS=4", usage.toString());
    }

    @Test
    void whatChangesSlowlyIsReadOnlyWithTheWhole() throws IOException {
        Path group = unified("v2");
        Meter meter = meter(group);
        meter.read(usage, true);
        Files.writeString(group.resolve("memory.peak"), "9000\n");
        Files.writeString(group.resolve("memory.current"), "5000\n");
        meter.read(usage, false);
        assertEquals(5000, usage.get(Figure.MEMORY));
        assertEquals(8192, usage.get(Figure.MEMORY_PEAK));
        meter.read(usage, true);
        assertEquals(9000, usage.get(Figure.MEMORY_PEAK));
    }

    @Test
    void theListOfProcessesIsReadWhenSomethingRanOrWithTheWhole() throws IOException {
        Path leaf = group("leaf", "cpu.stat", "usage_usec 10\n", "cgroup.procs", "1\n2\n");
        Meter meter = meter(leaf);
        meter.read(usage, false);
        assertEquals(2, usage.get(Figure.PIDS));
        Files.writeString(leaf.resolve("cgroup.procs"), "1\n2\n3\n");
        meter.read(usage, false);
        assertEquals(2, usage.get(Figure.PIDS), "nothing ran, so nothing can have forked");
        Files.writeString(leaf.resolve("cpu.stat"), "usage_usec 11\n");
        meter.read(usage, false);
        assertEquals(3, usage.get(Figure.PIDS));
        Files.writeString(leaf.resolve("cgroup.procs"), "1\n");
        meter.read(usage, true);
        assertEquals(1, usage.get(Figure.PIDS), "somebody else may have moved it away");
        Files.writeString(leaf.resolve("cpu.stat"), "\n");
        Files.writeString(leaf.resolve("cgroup.procs"), "1\n2\n");
        meter.read(usage, false);
        assertEquals(2, usage.get(Figure.PIDS), "without an account nobody knows what ran");
    }

    @Test
    void nonsenseIsUnknown() throws IOException {
        Path group = group(
                "odd", "memory.current", "max\n", "cpu.stat", "", "pids.current", "-3\n", "cpu.pressure", "some\n");
        meter(group).read(usage, true);
        assertEquals("none", usage.toString());
        meter(directory.resolve("nowhere")).read(usage, true);
        assertEquals("none", usage.toString());
    }

    @Test
    void notMoreThanTheBoundIsOpenAndTheLeastUsedGoesFirst() throws IOException {
        files = new KeptFiles(3);
        List<KeptFile> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(new KeptFile(Files.writeString(directory.resolve("f" + i), i + "0\n")));
            assertTrue(files.read(all.get(i)));
            assertEquals(i * 10L, files.text().number());
        }
        assertEquals(3, files.open());
        assertEquals(KeptFile.CLOSED, all.get(0).fd);
        assertTrue(files.read(all.get(1)));
        assertTrue(files.read(all.get(0)));
        assertEquals(KeptFile.CLOSED, all.get(2).fd, "the one after it has been read since");
        assertTrue(files.read(all.get(2)));
        assertEquals(20, files.text().number());
        files.close(all.get(2));
        assertEquals(2, files.open());
        files.close();
        assertEquals(0, files.open());
        assertTrue(files.read(all.get(3)));
        assertEquals(1, files.open());
    }

    @Test
    void aFileThatCannotBeReadIsToldApartFromOneThatIsGone() {
        assertFalse(assertDoesNotFail(new KeptFile(directory.resolve("gone"))));
        assertThrows(ErrnoException.class, () -> files.read(new KeptFile(directory)), "EISDIR");
        assertEquals(0, files.open());
    }

    private boolean assertDoesNotFail(KeptFile file) {
        try {
            return files.read(file);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSampleMakesNoGarbage() throws IOException {
        LinuxMeters meters = new LinuxMeters(files);
        Spawned child = start("sleep 600 & exec sleep 600");
        Path leaf = unified("leaf");
        Files.delete(leaf.resolve("memory.current"));
        Files.writeString(leaf.resolve("cgroup.procs"), child.pid() + "\n1\n");
        List<Meter> all = List.of(
                meters.open(new UsageSource.Groups(List.of(unified("group")))),
                meters.open(new UsageSource.Tree("r1", Optional.of(leaf), Optional.empty())),
                meters.open(new UsageSource.Tree("r2", Optional.empty(), Optional.of(child.identity()))));
        Usage[] usages = {new Usage(), new Usage(), new Usage()};
        // Interpreted and compiled code differ in what they allocate.
        sample(meters, all, usages, MANY);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        sample(meters, all, usages, MANY);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertTrue(allocated < BYTES_IN_ALL, () -> allocated + " bytes for " + MANY + " rounds of 3 whole samples");
        assertEquals(1_500_000, usages[0].get(Figure.CPU_USEC));
        assertTrue(usages[1].get(Figure.MEMORY) > 0);
        assertEquals(2, usages[2].get(Figure.PIDS));
    }

    private static void sample(LinuxMeters meters, List<Meter> all, Usage[] into, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            meters.begin();
            for (int i = 0; i < all.size(); i++) {
                all.get(i).read(into[i], true);
            }
        }
    }

    @Test
    void aRunWithoutAGroupIsSummedUpOverItsWholeTree() throws IOException {
        LinuxMeters meters = new LinuxMeters(files);
        Spawned one = start("setsid sleep 600 & sleep 600 & exec sleep 600");
        Spawned other = start("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; exec sleep 600");
        Meter ofOne = meters.open(new UsageSource.Tree("one", Optional.empty(), Optional.of(one.identity())));
        Meter ofOther = meters.open(new UsageSource.Tree("other", Optional.empty(), Optional.of(other.identity())));
        Usage usageOfOther = new Usage();
        Awaitility.await().atMost(Children.LIMIT).until(() -> {
            meters.begin();
            ofOne.read(usage, true);
            ofOther.read(usageOfOther, true);
            return usage.get(Figure.PIDS) == 3 && usageOfOther.get(Figure.CPU_USEC) > 0;
        });
        assertEquals(Usage.Source.PROC, usage.source());
        assertTrue(usage.get(Figure.MEMORY) > 100 * 1024, usage::toString);
        assertTrue(usage.get(Figure.MEMORY_PEAK) >= usage.get(Figure.MEMORY), usage::toString);
        assertEquals(1, usageOfOther.get(Figure.PIDS), usageOfOther::toString);
        assertTrue(usageOfOther.known(Figure.IO_READ), usageOfOther::toString);
        ofOne.close();
        meters.begin();
        ofOther.read(usageOfOther, false);
        assertEquals(1, usageOfOther.get(Figure.PIDS));
    }

    @Test
    void aRunIsFoundByItsEnvironmentWhenNothingElseTells() throws IOException {
        start("export SHIPOTE_RUN=" + mark() + "; setsid sh -c 'sleep 600 & exit' ; exec sleep 600");
        Awaitility.await().atMost(Children.LIMIT).until(() -> {
            // As a later daemon would look for it: with a new eye each time.
            LinuxMeters fresh = new LinuxMeters(files);
            try (Meter again = fresh.open(new UsageSource.Tree(mark(), Optional.empty(), Optional.empty()))) {
                again.read(usage, false);
            }
            // The one that has no parent of ours any more, and the first one.
            return usage.get(Figure.PIDS) == 2;
        });
    }
}
