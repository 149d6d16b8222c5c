package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockIT {
    @TempDir
    Path directory;

    @Test
    void secondOwnerLearnsWhoTheFirstIs() throws IOException {
        Path file = directory.resolve("lock");
        try (FileLock lock = FileLock.acquire(file, "socket /x")) {
            LockedException refused = assertThrows(LockedException.class, () -> FileLock.acquire(file, "other"));
            assertEquals(ProcessHandle.current().pid() + "\nsocket /x", refused.holderText());
            assertEquals(Optional.of((int) ProcessHandle.current().pid()), FileLock.holderPid(refused.holderText()));
            assertEquals(file, lock.path());
        }
        FileLock.acquire(file, "now").close();
        assertTrue(Files.readString(file).endsWith("\nnow"), "the file stays");
    }

    @Test
    void lockOfAnotherProcessIsRespectedUntilItEnds() throws IOException {
        Path file = directory.resolve("lock");
        try (Children children = new Children(directory);
                Pipe ready = Pipe.open()) {
            Spawned holder = children.start(
                    children.sh("exec 9>lock; flock -n 9 || exit 1; echo 77 >&9; echo ready >&3; exec sleep 600")
                            .withHeld(List.of(ready.writeEnd())));
            assertEquals("ready", Children.line(ready));
            LockedException refused = assertThrows(LockedException.class, () -> FileLock.acquire(file, ""));
            assertEquals("77", refused.holderText());
            holder.pidfd().signal(Signals.KILL);
            Children.end(holder);
            FileLock.acquire(file, "").close();
        }
    }
}
