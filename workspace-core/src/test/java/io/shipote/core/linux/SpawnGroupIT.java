package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same by the C library, where it can, as by the shell, where it cannot. */
class SpawnGroupIT {
    @TempDir
    Path directory;

    private Children children;
    private Path group;

    @BeforeEach
    void open() throws IOException {
        CgroupHost host = CgroupHost.detect(Path.of("/proc"), Path.of("/sys/fs/cgroup"), Optional.empty());
        Path own = host.own().get("");
        assumeTrue(own != null && Files.isWritable(own), "needs a v2 group that we may write");
        group = Files.createDirectory(
                own.resolve("spawn-" + ProcessHandle.current().pid()));
        children = new Children(directory);
    }

    @AfterEach
    void close() throws IOException {
        if (children != null) {
            children.close();
            assertTrue(GroupDir.remove(group));
        }
    }

    private Path procs() {
        return group.resolve("cgroup.procs");
    }

    private SpawnRequest inside(String script) {
        return children.sh(script).withCgroups(List.of(procs()));
    }

    @Test
    void onlyOneGroupOfTheNewKindAndNothingElseFits() throws IOException {
        SpawnRequest plain = inside("");
        assertTrue(SpawnGroup.fits(plain));
        assertFalse(SpawnGroup.fits(plain.withNofile(100)));
        assertFalse(SpawnGroup.fits(plain.withUmask(0)));
        assertFalse(SpawnGroup.fits(plain.withThrough(List.of("/usr/bin/env"))));
        assertFalse(SpawnGroup.fits(plain.withCgroups(List.of())));
        assertFalse(SpawnGroup.fits(plain.withCgroups(List.of(procs(), procs()))));
        assertFalse(SpawnGroup.fits(plain.withCgroups(List.of(directory.resolve("cgroup.procs")))));
        Files.writeString(group.resolve("cgroup.freeze"), "1");
        assertFalse(SpawnGroup.fits(plain), "it would hold up the thread");
    }

    @Test
    void theProgramIsInItsGroupFromTheStart() throws IOException {
        assertEquals(new ExitStatus.Exited(0), children.run(inside("cat /proc/self/cgroup; (cat /proc/self/cgroup)")));
        List<String> lines =
                children.output().lines().filter(line -> line.startsWith("0::")).toList();
        assertEquals(2, lines.size());
        lines.forEach(line -> assertTrue(line.endsWith("/" + group.getFileName()), line));
    }

    @Test
    void whereTheLibraryCanThereIsNoShell() throws IOException {
        children.run(SpawnRequest.of("env", List.of(), Children.ENVIRONMENT, directory)
                .withStdio(Stdio.none(), children.out(), children.err())
                .withCgroups(List.of(procs())));
        assertEquals(!SpawnGroup.available(), children.output().contains("PWD="), "a shell leaves its directory");
    }

    @Test
    void failuresAreToldAlike() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertTrue(script.toFile().setExecutable(true));
        SpawnRequest broken = SpawnRequest.of("./script", List.of(), Children.ENVIRONMENT, directory)
                .withCgroups(List.of(procs()));
        ErrnoException exec = assertThrows(ErrnoException.class, () -> children.start(broken));
        assertEquals("exec", exec.call());
        assertEquals(Errno.ENOENT, exec.errno());
        // A group that is there when it is looked at, and takes nobody.
        Path threaded = Files.createDirectory(group.resolve("threaded"));
        Files.writeString(threaded.resolve("cgroup.type"), "threaded");
        Path invalid = Files.createDirectory(group.resolve("invalid"));
        SpawnRequest refused = children.sh("touch ran").withCgroups(List.of(invalid.resolve("cgroup.procs")));
        assertEquals(
                "enter group",
                assertThrows(ErrnoException.class, () -> children.start(refused))
                        .call());
        assertTrue(Files.notExists(directory.resolve("ran")));
        Files.delete(threaded);
        Files.delete(invalid);
    }
}
