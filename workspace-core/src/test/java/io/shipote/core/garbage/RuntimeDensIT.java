package io.shipote.core.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.garbage.Garbage.Found;
import io.shipote.core.garbage.Garbage.Verdict;
import io.shipote.core.linux.FileLock;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over real files, and sockets with real locks and processes. */
class RuntimeDensIT implements GarbageContract {
    private final ProcFiles proc = new ProcFiles();

    @TempDir
    Path root;

    @Override
    public Ground ground() {
        return new Ground() {
            @Override
            public void foreign(String name, String sidecar, String pid) throws IOException {
                Files.createDirectory(root.resolve(name));
                Files.writeString(root.resolve(name).resolve(name + ".daemon.json"), sidecar);
                Files.writeString(root.resolve(name).resolve(name), "a program");
                if (!pid.isEmpty()) {
                    Files.writeString(root.resolve(name).resolve("daemon.pid"), pid + "\n");
                }
            }

            @Override
            public boolean there(String name) {
                return Files.exists(root.resolve(name));
            }

            @Override
            public String sidecar(String name) throws IOException {
                return Files.readString(root.resolve(name).resolve(name + ".daemon.json"));
            }

            @Override
            public Dens dens() {
                return new RuntimeDens(root);
            }
        };
    }

    /** A process that has ended and been waited for, so that its pid is nobody's. */
    private ProcessIdentity dead() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "600").start();
        ProcessIdentity identity = proc.identity((int) process.pid()).orElseThrow();
        process.destroyForcibly().waitFor();
        return identity;
    }

    private Path socket(String name, Optional<ProcessIdentity> owner) throws IOException {
        Path socket = root.resolve(name);
        Files.createDirectories(socket.getParent());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket)).close();
        if (owner.isPresent()) {
            Files.write(RuntimeDens.ownerFile(socket), Sidecar.of(owner.get(), 1, socket, root));
        }
        return socket;
    }

    private static Path lock(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".lock");
    }

    private Found collect() throws IOException {
        return new Garbage(new LinuxLife(proc), Garbage.STALE)
                .collect(new RuntimeDens(root), System.currentTimeMillis());
    }

    @Test
    @DisplayName("A4 a process that was waited for is dead, and what its daemon left is removed")
    void theDeadAreRemovedWithTheirDirectory() throws Exception {
        Path socket = socket("one/control.sock", Optional.of(dead()));
        FileLock.acquire(lock(socket), "x").close();
        Path beside = socket("control.sock", Optional.of(dead()));
        Path other = Files.writeString(root.resolve("notes"), "mine");
        Found found = collect();
        assertEquals(2, found.removed());
        assertFalse(Files.exists(socket.getParent()));
        assertFalse(Files.exists(beside));
        assertTrue(Files.exists(other), "what is no daemon's is left alone");
        assertTrue(Files.exists(root));
    }

    @Test
    void whatIsNoSocketIsNoneThatADaemonHasLeft() throws Exception {
        Path notes = Files.writeString(root.resolve("notes.sock"), "mine");
        FileLock.acquire(lock(notes), "x").close();
        Path named = Files.writeString(root.resolve("named.sock"), "mine");
        Files.write(RuntimeDens.ownerFile(named), Sidecar.of(dead(), 1, named, root));
        Path link = Files.createSymbolicLink(root.resolve("link.sock"), notes);
        FileLock.acquire(lock(link), "x").close();
        Path kept = Files.createDirectories(root.resolve("kept.sock/inside"));
        Found found = collect();
        assertEquals(4, found.left(Verdict.UNCLEAR).size(), found::toString);
        assertEquals("mine", Files.readString(notes));
        assertEquals("mine", Files.readString(named));
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.exists(kept));
    }

    @Test
    void whatCannotBeReadHindersNoOther() throws Exception {
        Path odd = root.resolve("a.sock");
        Files.createDirectories(RuntimeDens.ownerFile(odd).resolve("inside"));
        FileLock.acquire(lock(odd), "x").close();
        Files.createDirectories(root.resolve("b/b.daemon.json"));
        Path dead = socket("z.sock", Optional.of(dead()));
        Found found = collect();
        assertEquals(1, found.removed(), found::toString);
        assertFalse(Files.exists(dead));
        assertEquals(2, found.left(Verdict.UNCLEAR).size(), found::toString);
    }

    @Test
    void theLivingAreLeftAlone() throws Exception {
        ProcessIdentity self =
                proc.identity((int) ProcessHandle.current().pid()).orElseThrow();
        Path mine = socket("mine.sock", Optional.of(self));
        Path held = socket("held/control.sock", Optional.of(dead()));
        try (FileLock lock = FileLock.acquire(lock(held), "x")) {
            Found found = collect();
            assertEquals(2, found.left(Verdict.ALIVE).size(), () -> found + " " + lock);
            assertTrue(Files.exists(mine));
            assertTrue(Files.exists(held));
        }
        assertEquals(1, collect().removed());
        assertFalse(Files.exists(held));
        assertTrue(Files.exists(mine));
    }

    @Test
    void whoCameToLifeSinceTheLookIsLeftAlone() throws Exception {
        Path socket = socket("control.sock", Optional.of(dead()));
        RuntimeDens dens = new RuntimeDens(root);
        Den seen = dens.all().get(0);
        ProcessIdentity self =
                proc.identity((int) ProcessHandle.current().pid()).orElseThrow();
        Files.write(RuntimeDens.ownerFile(socket), Sidecar.of(self, 2, socket, root));
        assertFalse(dens.remove(seen));
        assertTrue(Files.exists(socket));
    }

    @Test
    void aLockFileThatIsRemovedMeanwhileIsNoLock() throws Exception {
        Path file = root.resolve("lock");
        FileLock first = FileLock.acquire(file, "first");
        assertEquals(Optional.of(true), FileLock.held(file));
        Files.delete(file);
        FileLock second = FileLock.acquire(file, "second");
        first.close();
        assertEquals(Optional.of(true), FileLock.held(file));
        second.close();
        assertEquals(Optional.of(false), FileLock.held(file));
        assertEquals(Optional.empty(), FileLock.held(root.resolve("none")));
    }

    @Test
    @DisplayName("the start of a real process is told to within the tolerance")
    void startedMs() throws Exception {
        long before = System.currentTimeMillis();
        Process process = new ProcessBuilder("sleep", "600").start();
        long started = new LinuxLife(proc).startedMs((int) process.pid()).orElseThrow();
        process.destroyForcibly().waitFor();
        assertTrue(Math.abs(started - before) < Garbage.TOLERANCE.toMillis(), started + " and " + before);
        assertEquals(Optional.empty(), new LinuxLife(proc).startedMs((int) process.pid()));
    }
}
