package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageIT {
    private static final List<String> NICE = List.of("/usr/bin/nice", "-n", "3");
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

    private static List<String> both() {
        List<String> words = new ArrayList<>(NICE);
        words.addAll(FORK);
        return words;
    }

    @Test
    void theProgramGoesThroughAllToolsAndKeepsNothingOfThem() throws IOException {
        SpawnRequest request = children.sh("nice; umask; ulimit -n; echo $LC_ALL; echo err >&2; ls /proc/self/fd")
                .withUmask(027)
                .withNofile(99)
                .withThrough(both());
        assertEquals(new ExitStatus.Exited(0), children.run(request));
        assertEquals("3\n0027\n99\nC\n0\n1\n2\n3\n", children.output());
        assertEquals("err\n", Files.readString(directory.resolve("err")));
    }

    @Test
    void languageAndOddVariablesAreThoseOfTheRequest() throws IOException {
        List<String> environment = List.of("PATH=/usr/bin:/bin", "a.b=1", "LC_ALL=C.UTF-8");
        children.run(SpawnRequest.of("env", List.of(), environment, directory)
                .withStdio(Stdio.none(), children.out(), children.err())
                .withThrough(both()));
        assertTrue(children.output().contains("LC_ALL=C.UTF-8\n")
                && children.output().contains("a.b=1\n"));
        Files.delete(directory.resolve("out"));
        children.run(SpawnRequest.of("env", List.of(), List.of("PATH=/usr/bin:/bin"), directory)
                .withStdio(Stdio.none(), children.out(), children.err())
                .withThrough(both()));
        assertTrue(!children.output().contains("LC_ALL"), children.output());
    }

    @Test
    void exitCodesAndDeathsPassThroughAToolThatStaysBehind() throws IOException {
        for (int code : List.of(0, 1, 125, 126, 127, 143)) {
            assertEquals(
                    new ExitStatus.Exited(code),
                    children.run(children.sh("exit " + code).withThrough(FORK)));
        }
        assertEquals(
                new ExitStatus.Signalled(Signals.TERM, false),
                children.run(children.sh("kill -TERM $$").withThrough(FORK)));
    }

    @Test
    void heldDescriptorsReachTheProgram() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            children.run(children.sh("echo hello >&3; echo again >&6; ls /proc/self/fd")
                    .withHeld(List.of(pipe.writeEnd(), pipe.writeEnd(), pipe.writeEnd(), pipe.writeEnd()))
                    .withThrough(both()));
            assertEquals("hello", Children.line(pipe));
            assertEquals("again", Children.line(pipe));
        }
        assertEquals("0\n1\n2\n3\n4\n5\n6\n7\n", children.output());
    }

    @Test
    void failedExecIsToldThroughAllTools() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertTrue(script.toFile().setExecutable(true));
        for (List<String> tools : List.of(NICE, FORK, both())) {
            SpawnRequest request = SpawnRequest.of(script.toString(), List.of(), Children.ENVIRONMENT, directory)
                    .withThrough(tools);
            ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
            assertEquals("exec", failure.call());
            assertEquals(script.toString(), failure.path());
            assertEquals(Errno.ENOENT, failure.errno());
        }
    }

    @Test
    void aToolThatFailsIsQuotedAndNothingRuns() {
        List<String> words = new ArrayList<>(both());
        words.addAll(List.of("/usr/bin/taskset", "-c", "8000"));
        SpawnRequest request = children.sh("touch ran").withThrough(words);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertTrue(failure.getMessage().startsWith("taskset: "), failure.getMessage());
        assertEquals(Errno.EINVAL, failure.errno());
        assertTrue(Files.notExists(directory.resolve("ran")));
        ErrnoException missing = assertThrows(
                ErrnoException.class, () -> children.start(children.sh("").withThrough(List.of("/no/such/tool"))));
        assertEquals(Errno.ENOENT, missing.errno());
        assertTrue(missing.getMessage().contains("/no/such/tool"), missing.getMessage());
    }

    @Test
    void missingGroupIsReported() {
        Path procs = directory.resolve("none/cgroup.procs");
        SpawnRequest request =
                children.sh("touch ran").withCgroups(List.of(procs)).withThrough(both());
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("enter group", failure.call());
        assertEquals(procs.toString(), failure.path());
        assertTrue(Files.notExists(directory.resolve("ran")));
    }

    @Test
    void aToolThatGoesOnWithoutDoingItsPartHasFailed() {
        assumeTrue(ProcessHandle.current().info().user().filter("root"::equals).isPresent(), "needs root");
        SpawnRequest request = children.sh("sleep 600")
                .withThrough(List.of("/usr/bin/setpriv", "--reuid=65534", "/usr/bin/nice", "-n", "-5"));
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals(Errno.EACCES, failure.errno(), failure.getMessage());
    }

    @Test
    void anotherUserTellsAsWell() throws IOException {
        assumeTrue(ProcessHandle.current().info().user().filter("root"::equals).isPresent(), "needs root");
        List<String> words = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        Path secret = Files.createDirectory(directory.resolve("secret"));
        Path program = Files.writeString(secret.resolve("program"), "#!/bin/sh\n");
        assertTrue(
                program.toFile().setExecutable(true, false) && secret.toFile().setExecutable(false, false));
        assertTrue(secret.toFile().setExecutable(true, true));
        SpawnRequest request = SpawnRequest.of(program.toString(), List.of(), Children.ENVIRONMENT, Path.of("/"))
                .withThrough(words);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("exec", failure.call());
        children.run(children.sh("id -u; id -g; id -G").withThrough(words));
        assertEquals("65534\n65534\n65534\n", children.output());
    }
}
