package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a kernel with several processors and all controllers has. */
@Cgroup2(controllers = {"cpuset", "io", "memory"})
@Tag("cgroup2full")
class Cgroup2FullIT {
    private static final Optional<String> DONE = Optional.empty();

    @TempDir
    Path directory;

    private Path own;
    private WorkspaceGroup workspace;
    private RunGroup run;
    private Children children;

    @BeforeEach
    void open() throws IOException {
        own = Cgroup2Ground.find().make("full");
        children = new Children(directory);
        workspace = Cgroup2Ground.host(own).workspace("w");
        run = workspace.run("r1");
    }

    @AfterEach
    void close() throws IOException {
        Cgroup2Ground.kill(own);
        children.close();
        Awaitility.await().atMost(Children.LIMIT).until(() -> GroupDir.remove(own));
    }

    private String allowed() throws IOException {
        assertEquals(
                new ExitStatus.Exited(0),
                children.run(
                        children.sh("grep Cpus_allowed_list /proc/self/status").withCgroups(run.procsFiles())));
        return children.output().trim().split("\\s+")[1];
    }

    @Test
    void processorsAreThoseOfTheListAndAllAgainWithoutIt() throws IOException {
        String all = Cgroup2Ground.text(workspace.directories().get(0).resolve("cpuset.cpus.effective"));
        assertEquals(DONE, workspace.set(Limit.CPUSET, Optional.of("0")));
        assertEquals("0", allowed());
        assertEquals(DONE, workspace.set(Limit.CPUSET, Optional.empty()));
        assertEquals(all, Cgroup2Ground.text(workspace.directories().get(0).resolve("cpuset.cpus.effective")));
        Optional<String> missing = workspace.set(Limit.CPUSET, Optional.of("0-200"));
        assertTrue(missing.isPresent(), "refused by the kernel, or of those only some are there");
    }

    @Test
    void theShareOfTheDisksIsSet() {
        assertEquals(DONE, workspace.set(Limit.IO_WEIGHT, Optional.of("300")));
        assertTrue(Cgroup2Ground.text(workspace.directories().get(0).resolve("io.weight"))
                .contains("default 300"));
    }

    @Test
    void pressureIsToldOfEveryLeaf() {
        for (String resource : new String[] {"memory", "cpu", "io"}) {
            String pressure = Cgroup2Ground.text(run.leaf().orElseThrow().resolve(resource + ".pressure"));
            assertTrue(pressure.startsWith("some avg10="), pressure);
        }
    }
}
