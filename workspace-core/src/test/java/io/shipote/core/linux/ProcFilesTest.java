package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
    @TempDir
    Path root;

    private ProcFiles proc;

    @BeforeEach
    void fill() throws IOException {
        proc = new ProcFiles(root);
        Files.createDirectories(root.resolve("sys/kernel/random"));
        Files.writeString(root.resolve("sys/kernel/random/boot_id"), "a-b-c\n");
        Files.writeString(root.resolve("stat"), "cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 5\n");
        process(10, 1);
        process(11, 10);
        process(12, 11);
        process(13, 10);
        process(20, 1);
        Files.writeString(root.resolve("10/environ"), "XRUN=r1\0RUN=r1=x\0RUN_ID=r\0");
        Files.writeString(root.resolve("20/environ"), "RUN=r2\0");
        Files.writeString(root.resolve("10/status"), "Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t     100 kB\n");
        Files.writeString(root.resolve("10/cgroup"), "4:memory:/m\n1:cpu,cpuacct:/c\n1:name=systemd:/s:x\n0::/u\n");
        Files.createDirectory(root.resolve("12x"));
    }

    private void process(int pid, int parent) throws IOException {
        Path dir = Files.createDirectory(root.resolve(Integer.toString(pid)));
        Files.writeString(
                dir.resolve("stat"), pid + " (p) S " + parent + " 1 1 0 0 0 0 0 0 0 5 6 0 0 0 0 0 0 70 0 0\n");
    }

    @Test
    void processesAreListed() {
        assertEquals(Set.of(10, 11, 12, 13, 20), Set.copyOf(proc.pids()));
        assertEquals(Set.of(11, 13), Set.copyOf(proc.children(10)));
        assertEquals(Set.of(11, 12, 13), Set.copyOf(proc.descendants(10)));
        assertEquals(new ProcessIdentity("a-b-c", 10, 70), proc.identity(10).orElseThrow());
    }

    @Test
    void aStopThatHasNotBeenActedOnIsSeen() throws IOException {
        assertFalse(proc.stopPending(10));
        Files.writeString(root.resolve("11/status"), "SigPnd:\t0000000000040000\nShdPnd:\t0000000000000000\n");
        Files.writeString(root.resolve("12/status"), "SigPnd:\t0000000000000000\nShdPnd:\t0000000000044000\n");
        Files.writeString(root.resolve("13/status"), "SigPnd:\t0000000000000000\nShdPnd:\t0000000000004000\n");
        assertTrue(proc.stopPending(11));
        assertTrue(proc.stopPending(12));
        assertFalse(proc.stopPending(13));
        assertFalse(proc.stopPending(14));
    }

    @Test
    void environmentIsComparedWhole() {
        assertEquals(Optional.of("r1=x"), proc.environ(10, "RUN"));
        assertEquals(List.of(20), proc.withEnvironment("RUN", "r2"));
        assertEquals(List.of(), proc.withEnvironment("RUN", "r"));
    }

    @Test
    void groupsAreByController() {
        assertEquals(
                Map.of("memory", "/m", "cpu", "/c", "cpuacct", "/c", "name=systemd", "/s:x", "", "/u"),
                proc.cgroups(10));
    }

    @Test
    void processorsAreCounted() {
        assertEquals(2, proc.onlineCpus());
    }

    @Test
    void missingProcessIsEmptyButOtherErrorsAreNot() throws IOException {
        assertEquals(Optional.empty(), proc.stat(99));
        Files.createDirectories(root.resolve("30/stat"));
        assertThrows(UncheckedIOException.class, () -> proc.stat(30));
    }
}
