package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.ExitStatus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there are no descriptors or processes left: a stated error, and nothing is left behind. */
class ExhaustionIT {
    private static final List<String> FORK = List.of("/usr/bin/unshare", "--fork", "--kill-child");

    @TempDir
    Path directory;

    private Children children;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.isExecutable(Path.of(FORK.get(0))), "needs unshare of util-linux");
        children = new Children(directory);
    }

    @AfterEach
    void close() throws IOException {
        children.close();
    }

    /** The descriptors of the kinds that a launch has; the virtual machine opens others when it likes. */
    private static Map<String, String> descriptors() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String number : new File("/proc/self/fd").list()) {
            String target = target(Path.of("/proc/self/fd", number));
            if (target.startsWith("pipe:") || target.contains("pidfd") || target.equals("/dev/null")) {
                all.put(number, target);
            }
        }
        return all;
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            // Another thread of the virtual machine has closed it meanwhile.
            return "";
        }
    }

    /** Takes all low numbers, so that the limit decides at which of the following descriptors it ends. */
    private static List<Fd> filled(int upTo) throws ErrnoException {
        List<Fd> all = new ArrayList<>();
        Fd last;
        do {
            last = Fd.open(Path.of("/dev/null"), Fd.Access.READ);
            all.add(last);
        } while (last.number() < upTo);
        return all;
    }

    @Test
    void whereverTheDescriptorsEndItIsToldAndNothingIsLeft() throws IOException {
        SpawnRequest plain = SpawnRequest.of("true", List.of(), Children.ENVIRONMENT, directory);
        for (SpawnRequest request : List.of(plain, plain.withUmask(0), plain.withThrough(FORK))) {
            assertEquals(new ExitStatus.Exited(0), children.run(request));
            int failures = attempts(request);
            assertTrue(failures >= 3, "it can fail at several places, and did at " + failures);
        }
    }

    private int attempts(SpawnRequest request) throws IOException {
        int top = 400;
        List<Fd> filling = filled(top - 1);
        int failures = 0;
        try {
            Map<String, String> before = descriptors();
            for (int room = 0; room < 40; room++) {
                Optional<ErrnoException> failure = attempt(request, top + room);
                failure.ifPresent(e -> assertEquals(Errno.EMFILE, e.errno(), e::getMessage));
                failures += failure.isPresent() ? 1 : 0;
                Map<String, String> left = descriptors();
                left.keySet().removeAll(before.keySet());
                assertEquals(Map.of(), left, "with room for " + room);
                assertEquals(List.of(), children.proc.children((int)
                        ProcessHandle.current().pid()));
            }
            assertEquals(Optional.empty(), attempt(request, top + 1_000), "with room it works again");
        } finally {
            Fd.closeAll(filling);
        }
        return failures;
    }

    private Optional<ErrnoException> attempt(SpawnRequest request, long limit) throws IOException {
        Spawned made;
        DescriptorLimit lowered = new DescriptorLimit(limit);
        try {
            made = children.spawner.spawn(request);
        } catch (ErrnoException e) {
            return Optional.of(e);
        } finally {
            lowered.close();
        }
        assertEquals(new ExitStatus.Exited(0), Children.end(made));
        made.pidfd().close();
        return Optional.empty();
    }

    @Test
    void aGroupWithoutRoomForATool() throws IOException {
        CgroupHost host = CgroupHost.detect();
        assumeTrue(host.mode() != CgroupHost.Mode.NONE, host.describe());
        WorkspaceGroup workspace =
                host.workspace("full-" + ProcessHandle.current().pid());
        RunGroup run = workspace.run("run-1");
        try {
            assumeTrue(workspace.set(Limit.PIDS_MAX, Optional.of("1")).isEmpty(), "no pids controller");
            SpawnRequest request =
                    children.sh("touch ran").withCgroups(run.procsFiles()).withThrough(FORK);
            ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
            assertEquals(Errno.EAGAIN, failure.errno(), failure.getMessage());
            assertTrue(Files.notExists(directory.resolve("ran")));
            assertTrue(run.remove());
        } finally {
            workspace.remove();
            host.removeRoot();
        }
    }
}
