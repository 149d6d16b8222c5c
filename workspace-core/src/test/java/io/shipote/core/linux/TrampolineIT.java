package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrampolineIT {
    /** More than one digit counts, fewer than any limit of descriptors. */
    private static final int MANY = 200;

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
    void limitAndMaskAreSet() throws IOException {
        children.run(
                children.sh("ulimit -Sn; ulimit -Hn; umask").withNofile(123).withUmask(027));
        assertEquals("123\n123\n0027\n", children.output());
    }

    @Test
    void argumentsAreNeverReadByTheShell() throws IOException {
        String nasty = "$(touch hit) `id` \"; exit 3 # ' *\n\\";
        children.run(SpawnRequest.of("printf", List.of("%s", nasty), Children.ENVIRONMENT, directory)
                .withStdio(Stdio.none(), children.out(), children.err())
                .withUmask(0));
        assertEquals(nasty, children.output());
    }

    @Test
    void noDescriptorAndNoVariableIsLeft() throws IOException {
        List<String> environment = new ArrayList<>(Children.ENVIRONMENT);
        environment.add("a.b-c=odd");
        SpawnRequest request = SpawnRequest.of("sh", List.of("-c", "ls /proc/self/fd"), environment, directory)
                .withStdio(Stdio.none(), children.out(), children.err())
                .withUmask(022);
        children.run(request);
        assertEquals("0\n1\n2\n3\n", children.output());
        children.run(SpawnRequest.of("env", List.of(), environment, directory)
                .withStdio(Stdio.none(), new Stdio.AppendFile(directory.resolve("env")), children.err())
                .withUmask(022));
        List<String> seen = new ArrayList<>(Files.readAllLines(directory.resolve("env")));
        assertTrue(seen.remove("PWD=" + directory), "the shell adds the directory");
        seen.sort(null);
        assertEquals(List.of("LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin", "a.b-c=odd"), seen);
    }

    @Test
    void heldDescriptorsComeFirst() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            List<Fd> six = Collections.nCopies(SpawnRequest.MAX_NUMBERED, pipe.writeEnd());
            children.run(
                    children.sh("echo six >&8; ls /proc/self/fd").withHeld(six).withUmask(0));
            assertEquals("six", Children.line(pipe));
        }
        assertEquals("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", children.output());
    }

    /** Directly, and through a shell, which needs a descriptor of its own meanwhile. */
    @Test
    void portsHaveTheNumbersAskedForAndNothingStandsBetweenThem() throws IOException {
        for (boolean shell : List.of(false, true)) {
            try (Pipe pipe = Pipe.open()) {
                SortedMap<Integer, Fd> ports = new TreeMap<>();
                ports.put(3, pipe.writeEnd());
                ports.put(7, pipe.writeEnd());
                ports.put(1_000, pipe.writeEnd());
                // The reading end of ls has the lowest number that is free.
                SpawnRequest request = children.sh("echo seven >&7; ls /proc/self/fd | sort -n")
                        .withPorts(ports);
                Files.writeString(directory.resolve("out"), "");
                children.run(shell ? request.withUmask(0) : request);
                assertEquals("seven", Children.line(pipe));
                assertEquals("0\n1\n2\n3\n4\n7\n1000\n", children.output());
            }
        }
    }

    @Test
    void tooManyPortsForAShellAreAnError() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            SortedMap<Integer, Fd> ports = new TreeMap<>();
            for (int port = 3; port <= 9; port++) {
                ports.put(port, pipe.writeEnd());
            }
            SpawnRequest request = children.sh("echo >&9 nine").withPorts(ports);
            assertThrows(ErrnoException.class, () -> children.start(request.withUmask(0)));
            children.run(request);
            assertEquals("nine", Children.line(pipe));
        }
    }

    @Test
    void manyDescriptorsAreHeldToo() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            List<Fd> many = Collections.nCopies(MANY, pipe.writeEnd());
            String count = "set -- /proc/$$/fd/*; echo $#; echo more >&3";
            children.run(children.sh(count).withHeld(many).withUmask(0));
            assertEquals("more", Children.line(pipe));
        }
        assertTrue(Integer.parseInt(children.output().trim()) >= 3 + MANY, children.output());
    }

    @Test
    void ownExitCodesOfTheProgramAreKept() throws IOException {
        for (int code : List.of(2, 125, 126, 127)) {
            SpawnRequest request = children.sh("exit " + code).withUmask(0);
            assertEquals(new ExitStatus.Exited(code), children.run(request));
        }
    }

    @Test
    void failedExecIsReported() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertTrue(script.toFile().setExecutable(true));
        SpawnRequest request = SpawnRequest.of("./script", List.of(), Children.ENVIRONMENT, directory)
                .withUmask(0);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("exec", failure.call());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void missingGroupIsReported() {
        Path procs = directory.resolve("none/cgroup.procs");
        SpawnRequest request = children.sh("touch ran").withCgroups(List.of(procs));
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("enter group", failure.call());
        assertEquals(procs.toString(), failure.path());
        assertEquals(Errno.ENOENT, failure.errno());
        assertTrue(Files.notExists(directory.resolve("ran")));
    }

    @Test
    void limitThatIsNotPermittedIsReported() {
        SpawnRequest request = children.sh("touch ran").withNofile(1L << 40);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("setrlimit RLIMIT_NOFILE", failure.call());
        assertTrue(Files.notExists(directory.resolve("ran")));
    }

    @Test
    void missingProgramIsReportedBeforeAnything() {
        SpawnRequest request = SpawnRequest.of("no-such-program", List.of(), Children.ENVIRONMENT, directory)
                .withUmask(0);
        ErrnoException failure = assertThrows(ErrnoException.class, () -> children.start(request));
        assertEquals("no-such-program", failure.path());
        assertEquals(Errno.ENOENT, failure.errno());
    }
}
