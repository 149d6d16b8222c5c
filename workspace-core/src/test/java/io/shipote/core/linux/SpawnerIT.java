package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnerIT {
    @TempDir
    Path directory;

    private Children children;

    @BeforeEach
    void open() throws IOException {
        children = new Children(directory);
    }

    @AfterEach
    void close() throws IOException {
        children.close();
    }

    @Test
    void exitCodeIsRead() throws IOException {
        assertEquals(
                new ExitStatus.Exited(0),
                children.run(SpawnRequest.of("true", List.of(), Children.ENVIRONMENT, directory)));
        assertEquals(new ExitStatus.Exited(42), children.run(children.sh("exit 42")));
    }

    @Test
    void deathBySignalIsRead() throws IOException {
        assertEquals(new ExitStatus.Signalled(Signals.TERM, false), children.run(children.sh("kill -TERM $$")));
    }

    @Test
    void quitIsNotBlocked() throws IOException {
        Spawned sleeper = children.start(children.sh("ulimit -c 0; exec sleep 600"));
        sleeper.pidfd().signal(Signals.QUIT);
        ExitStatus.Signalled end = (ExitStatus.Signalled) Children.end(sleeper);
        assertEquals(Signals.QUIT, end.signal());
    }

    @Test
    void signalsAreNeitherBlockedNorIgnored() throws IOException {
        children.run(children.sh("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
        assertEquals("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", children.output());
    }

    @Test
    void leadsItsOwnSession() throws IOException {
        Spawned sleeper = children.start(children.sh("exec sleep 600"));
        ProcStat stat = children.proc.stat(sleeper.pid()).orElseThrow();
        assertEquals(sleeper.pid(), stat.session());
        assertEquals(sleeper.pid(), stat.pgrp());
        assertEquals(stat.startTicks(), sleeper.identity().startTicks());
    }

    @Test
    void directoryAndEnvironmentAreThoseOfTheRequest() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("dé là"));
        SpawnRequest request = SpawnRequest.of(
                        "/usr/bin/env", List.of("--", "/bin/pwd"), List.of("ONE=1", "ÜML=ä b"), elsewhere)
                .withStdio(Stdio.none(), children.out(), children.err());
        children.run(request);
        children.run(SpawnRequest.of("/usr/bin/env", List.of(), request.environment(), elsewhere)
                .withStdio(Stdio.none(), children.out(), children.err()));
        assertEquals(elsewhere.toRealPath() + "\nONE=1\nÜML=ä b\n", children.output());
    }

    @Test
    void inputIsEmptyAndOutputIsAppended() throws IOException {
        Files.writeString(directory.resolve("out"), "before\n");
        children.run(children.sh("cat; echo after"));
        assertEquals("before\nafter\n", children.output());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("err"))));
    }

    @Test
    void inputComesFromAFile() throws IOException {
        Path in = Files.writeString(directory.resolve("in"), "given\n");
        children.run(children.sh("cat").withStdio(new Stdio.ReadFile(in), children.out(), children.err()));
        assertEquals("given\n", children.output());
    }

    @Test
    void noDescriptorLeaks() throws IOException {
        try (Fd open = Fd.open(directory, Fd.Access.READ)) {
            open.keepOverExec(true);
            children.run(SpawnRequest.of("ls", List.of("/proc/self/fd"), Children.ENVIRONMENT, directory)
                    .withStdio(Stdio.none(), children.out(), children.err()));
        }
        // 3 is the directory that ls reads.
        assertEquals("0\n1\n2\n3\n", children.output());
    }

    @Test
    void heldDescriptorsComeFromThreeOn() throws IOException {
        Path file = Files.writeString(directory.resolve("in"), "a\nb\n");
        try (Fd first = Fd.open(file, Fd.Access.READ);
                Pipe pipe = Pipe.open()) {
            List<Fd> held = List.of(pipe.writeEnd(), first);
            SpawnRequest request =
                    children.sh("read x <&4; echo $x >&3; ls /proc/self/fd").withHeld(held);
            assertEquals(new ExitStatus.Exited(0), children.run(request));
            assertEquals("a", Children.line(pipe));
            assertEquals("0\n1\n2\n3\n4\n5\n", children.output());
        }
    }

    @Test
    void missingProgramIsNamed() {
        SpawnRequest request = SpawnRequest.of("no-such-program", List.of(), Children.ENVIRONMENT, directory);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("exec no-such-program: No such file or directory (ENOENT)", failure.getMessage());
    }

    @Test
    void fileThatCannotBeExecutedIsNamed() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "text");
        SpawnRequest request = SpawnRequest.of("./plain", List.of(), Children.ENVIRONMENT, directory);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("EACCES", failure.errnoName());
        assertEquals(plain, Path.of(failure.path()).normalize());
    }

    @Test
    void missingDirectoryIsToldFromMissingProgram() {
        Path nowhere = directory.resolve("nowhere");
        SpawnRequest request = SpawnRequest.of("true", List.of(), Children.ENVIRONMENT, nowhere);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("chdir", failure.call());
        assertEquals(nowhere.toString(), failure.path());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void missingInputIsNamed() {
        Path nothing = directory.resolve("nothing");
        SpawnRequest request = children.sh("cat").withStdio(new Stdio.ReadFile(nothing), Stdio.none(), Stdio.none());
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("open", failure.call());
        assertEquals(nothing.toString(), failure.path());
    }

    @Test
    void programWithoutItsInterpreterIsReported() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertTrue(script.toFile().setExecutable(true));
        SpawnRequest request = SpawnRequest.of(script.toString(), List.of(), Children.ENVIRONMENT, directory);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals(Errno.ENOENT, failure.errno());
        assertEquals(script.toString(), failure.path());
    }

    @Test
    void pipeJoinsTwoChildren() throws IOException {
        Spawned producer;
        Spawned consumer;
        try (Pipe pipe = Pipe.open()) {
            producer = children.start(children.sh("seq 1 100000")
                    .withStdio(Stdio.none(), new Stdio.End(pipe.writeEnd()), children.err()));
            consumer = children.start(
                    children.sh("wc -l").withStdio(new Stdio.End(pipe.readEnd()), children.out(), children.err()));
        }
        assertEquals(new ExitStatus.Exited(0), Children.end(producer));
        assertEquals(new ExitStatus.Exited(0), Children.end(consumer));
        assertEquals("100000", children.output().trim());
    }

    @Test
    void manyThatExitAtOnceAreAllReaped() throws IOException {
        SpawnRequest request = SpawnRequest.of("true", List.of(), Children.ENVIRONMENT, directory);
        List<Spawned> all = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            all.add(children.start(request));
        }
        for (Spawned spawned : all) {
            assertEquals(new ExitStatus.Exited(0), Children.end(spawned));
            assertFalse(spawned.pidfd().signal(0));
        }
    }
}
