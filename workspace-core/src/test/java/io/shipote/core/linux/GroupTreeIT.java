package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.core.linux.GroupTree.FoundRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon reads out of the tree of groups, and what it removes there. */
@Tag("cgroup2")
class GroupTreeIT {
    private static final String WORKSPACE = "01KRZX4CADZVEBN63PAGS10093";
    private static final String RUN = "01KRZP8MVFKY77TV2V98WJG5R6";
    private static final String COMMAND = "01KRZSPGJY4HMASR0KAYDXY0J6";

    @TempDir
    Path directory;

    private CgroupHost real;
    private CgroupHost host;
    private Children children;
    private Path own;
    private String path;

    @BeforeEach
    void open() throws IOException {
        Cgroup2Ground ground = Cgroup2Ground.find();
        if (ground.base().isPresent()) {
            own = ground.make("tree");
            real = Cgroup2Ground.host(own);
        } else {
            real = CgroupHost.detect();
        }
        assumeTrue(real.unified().isPresent(), "there is no v2 tree that may be written: " + real.describe());
        host = real.ownedBy(directory);
        children = new Children(directory);
        path = "test-" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    }

    @AfterEach
    void close() throws IOException {
        if (children != null) {
            children.close();
            Awaitility.await().atMost(Children.LIMIT).until(() -> host.remove(path));
        }
        if (own != null) {
            Awaitility.await().atMost(Children.LIMIT).until(() -> GroupDir.remove(own));
        }
    }

    private WorkspaceGroup workspace() throws IOException {
        return host.workspace(path + "/" + WORKSPACE);
    }

    /** Of ours only: other daemons may have their groups beside them. */
    private List<FoundRun> found() throws IOException {
        return new GroupTree(host)
                .runs().stream()
                        .filter(run -> run.workspace().name().startsWith(path + "/"))
                        .toList();
    }

    @Test
    void everyRunIsFoundWithWhoItIs() throws IOException {
        WorkspaceGroup workspace = workspace();
        RunGroup run = workspace.run(RUN, COMMAND);
        Spawned spawned = children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        List<FoundRun> found = found();
        assertEquals(1, found.size(), found::toString);
        FoundRun one = found.get(0);
        assertEquals(RUN, one.run());
        assertEquals(WORKSPACE, one.workspace().id());
        assertEquals(List.of(spawned.pid()), one.pids());
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        assertEquals(Optional.of(COMMAND), one.command());
        assertEquals(Optional.of(directory.toString()), one.workspace().owner());
    }

    @Test
    void withoutMarksTheEnvironmentTellsTheCommand() throws IOException {
        RunGroup run = workspace().run(RUN);
        children.start(
                children.sh("SHIPOTE_COMMAND=" + COMMAND + " exec sleep 600").withCgroups(run.procsFiles()));
        Awaitility.await()
                .atMost(Children.LIMIT)
                .untilAsserted(
                        () -> assertEquals(Optional.of(COMMAND), found().get(0).command()));
    }

    private static List<String> removed(CgroupHost host, Set<String> workspaces, Set<String> runs) throws IOException {
        OrphanGroups orphans = new OrphanGroups(host);
        return orphans.remove(orphans.names(), workspaces, runs);
    }

    @Test
    void whatIsMadeAfterTheLookStaysAndSoDoesTheGroupOfAKnownWorkspace() throws IOException {
        WorkspaceGroup workspace = workspace();
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        OrphanGroups orphans = new OrphanGroups(host);
        workspace.run(RUN, COMMAND);
        Set<String> before = orphans.names();
        RunGroup late = workspace.run(COMMAND, RUN);
        assertEquals(List.of(path + "/" + WORKSPACE + "/" + RUN), orphans.remove(before, Set.of(WORKSPACE), Set.of()));
        assertEquals(List.of(COMMAND), workspace.runs());
        children.start(children.sh("exec sleep 600").withCgroups(late.procsFiles()));
        Set<String> workspacesOnly = Set.of(path + "/" + WORKSPACE);
        assertEquals(List.of(), orphans.remove(workspacesOnly, Set.of(WORKSPACE), Set.of()));
        workspace.directories().forEach(group -> assertTrue(Files.exists(group), group::toString));
        assertEquals(List.of(), orphans.remove(Set.of(), Set.of(), Set.of()));
    }

    @Test
    void emptyGroupsOfUnknownWorkspacesAreRemoved() throws IOException {
        WorkspaceGroup workspace = workspace();
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        workspace.run(RUN, COMMAND);
        List<String> removed = removed(host, Set.of(), Set.of());
        assertEquals(List.of(path + "/" + WORKSPACE), removed);
        workspace.directories().forEach(group -> assertFalse(Files.exists(group.getParent()), group::toString));
    }

    @Test
    void whatIsInUseOrSomebodyElsesOrKnownStays() throws IOException {
        WorkspaceGroup workspace = workspace();
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        RunGroup run = workspace.run(RUN, COMMAND);
        assertEquals(List.of(), removed(real, Set.of(), Set.of()), "without an owner nothing is ours");
        CgroupHost other = real.ownedBy(directory.resolve("other"));
        assertEquals(List.of(), removed(other, Set.of(), Set.of()));
        assertEquals(List.of(), removed(host, Set.of(WORKSPACE), Set.of(RUN)));
        children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
        assertEquals(List.of(), removed(host, Set.of(), Set.of()));
        assertTrue(workspace.there());
    }

    @Test
    void leavesOfRunsThatHaveEndedAreRemoved() throws IOException {
        WorkspaceGroup workspace = workspace();
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        workspace.run(RUN, COMMAND);
        RunGroup alive = workspace.run(COMMAND, RUN);
        children.start(children.sh("exec sleep 600").withCgroups(alive.procsFiles()));
        assertEquals(List.of(path + "/" + WORKSPACE + "/" + RUN), removed(host, Set.of(WORKSPACE), Set.of()));
        assertEquals(List.of(COMMAND), workspace.runs());
    }

    @Test
    void groupsOfAStateDirectoryThatIsGoneAreAbandonedUnlessSomebodyLivesOnInIt() throws IOException {
        Path state = Files.createDirectory(directory.resolve("state"));
        WorkspaceGroup workspace = real.ownedBy(state).workspace(path + "/" + WORKSPACE);
        assumeTrue(workspace.unmarked().isEmpty(), () -> "no marks: " + workspace.unmarked());
        String name = path + "/" + WORKSPACE;
        OrphanGroups orphans = new OrphanGroups(real);
        assertFalse(orphans.abandoned(false).contains(name), "its daemon may only have stopped");
        Path lock = Files.createFile(state.resolve("daemon.lock"));
        try (FileLock held = FileLock.acquire(lock, "x")) {
            Files.delete(held.path());
            Files.delete(state);
            assertFalse(orphans.abandoned(true).contains(name));
        }
        assertTrue(orphans.abandoned(false).contains(name));
        assertTrue(workspace.there());
        assertTrue(orphans.abandoned(true).contains(name));
        assertFalse(workspace.there());
    }
}
