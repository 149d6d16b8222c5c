package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFdIT {
    @TempDir
    Path directory;

    private Children children;
    private Pipe go;
    private Spawned parent;

    @BeforeEach
    void open() throws IOException {
        children = new Children(directory);
    }

    @AfterEach
    void close() throws IOException {
        children.close();
    }

    @Test
    void runningChildHasNoStatusYet() throws IOException {
        Spawned sleeper = children.start(children.sh("exec sleep 600"));
        assertEquals(Optional.empty(), sleeper.pidfd().reap());
        assertEquals(Optional.empty(), sleeper.pidfd().exitInfo());
        assertFalse(sleeper.pidfd().await(Duration.ofMillis(1)));
        assertTrue(sleeper.pidfd().inode() > 0);
    }

    @Test
    void missingProcessIsEmpty() throws IOException {
        Spawned gone = children.start(children.sh("exit 5"));
        Children.end(gone);
        assertTrue(PidFd.open(gone.pid()).isEmpty());
        assertEquals(Optional.of(new ExitStatus.Exited(5)), gone.pidfd().reap());
        assertTrue(children.spawner.adopt(gone.identity()).isEmpty());
    }

    @Test
    void adoptedProcessTellsItsCodeWhileItIsAZombie() throws IOException {
        // The parent becomes a program that waits for nobody.
        ProcessIdentity grandchild = grandchild("read x; exit 7", "exec sleep 600");
        try (PidFd adopted = children.spawner.adopt(grandchild).orElseThrow()) {
            assertEquals(Optional.empty(), adopted.reap());
            // As long as it is a shell it might wait for its child after all.
            Awaitility.await().until(() -> children.proc
                    .stat(parent.pid())
                    .orElseThrow()
                    .comm()
                    .equals("sleep"));
            go.writeEnd().close();
            assertTrue(adopted.await(Children.LIMIT));
            assertEquals(Optional.of(new ExitStatus.Exited(7)), adopted.reap());
            // Found as a zombie by the next daemon.
            try (PidFd again = children.spawner.adopt(grandchild).orElseThrow()) {
                assertEquals(Optional.of(new ExitStatus.Exited(7)), again.exitInfo());
            }
        } finally {
            go.close();
        }
    }

    @Test
    void adoptedProcessTellsItsCodeAfterItsParentHasWaited() throws IOException {
        ProcessIdentity grandchild = grandchild("read x; kill -9 $$", "wait; exec true");
        try (PidFd adopted = children.spawner.adopt(grandchild).orElseThrow()) {
            go.writeEnd().close();
            assertEquals(new ExitStatus.Exited(0), Children.end(parent));
            assertFalse(adopted.signal(0));
            ExitStatus told = adopted.exitInfo().orElseThrow();
            assertTrue(
                    told.equals(new ExitStatus.Signalled(Signals.KILL, false)) || told.equals(new ExitStatus.Unknown()),
                    "the kernel tells it, or nobody can: " + told);
        } finally {
            go.close();
        }
    }

    @Test
    @DisplayName("B7 a process of another identity is refused")
    void anotherIdentityIsRefused() throws IOException {
        Spawned sleeper = children.start(children.sh("exec sleep 600"));
        ProcessIdentity is = sleeper.identity();
        assertTrue(children.spawner
                .adopt(new ProcessIdentity(is.bootId(), is.pid(), is.startTicks() - 1))
                .isEmpty());
        assertTrue(children.spawner
                .adopt(new ProcessIdentity("another boot", is.pid(), is.startTicks()))
                .isEmpty());
        try (PidFd same = children.spawner.adopt(is).orElseThrow()) {
            assertEquals(sleeper.pidfd().inode(), same.inode());
        }
    }

    /** A process whose parent is a shell of ours; it goes on when the pipe {@link #go} is closed. */
    private ProcessIdentity grandchild(String script, String parentThen) throws IOException {
        go = Pipe.open();
        try (Pipe pid = Pipe.open()) {
            // A shell gives its background jobs an empty input, hence descriptor 4.
            SpawnRequest request = children.sh(
                            "sh -c \"$1\" <&4 3>&- & echo $! >&3; exec 3>&- 4<&-; " + parentThen, script)
                    .withHeld(List.of(pid.writeEnd(), go.readEnd()));
            parent = children.start(request);
            return children.proc.identity(Integer.parseInt(Children.line(pid))).orElseThrow();
        }
    }
}
