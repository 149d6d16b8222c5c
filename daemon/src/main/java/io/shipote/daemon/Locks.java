package io.shipote.daemon;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.FileLock;
import io.shipote.core.linux.LockedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The two locks that make a daemon the only one: of its state and of its socket. */
public final class Locks implements AutoCloseable {
    private static final String STATE_LOCK = "daemon.lock";

    private final FileLock state;
    private final FileLock socket;

    private Locks(FileLock state, FileLock socket) {
        this.state = state;
        this.socket = socket;
    }

    /**
     * Takes both, or none.
     *
     * @param besideSocket the file whose lock guards the socket
     * @throws StartException naming the daemon that holds one of them
     */
    static Locks acquire(Path stateDirectory, Path besideSocket, Path socket) throws StartException {
        FileLock first = acquire(stateDirectory.resolve(STATE_LOCK), socket);
        try {
            return new Locks(first, acquire(besideSocket, socket));
        } catch (StartException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Those of the daemon before us, which was this process.
     *
     * @throws StartException if the descriptors do not hold them
     */
    static Locks inherited(Path stateDirectory, Path besideSocket, HandOver left) throws StartException {
        try {
            FileLock first = FileLock.inherited(stateDirectory.resolve(STATE_LOCK), Fd.owned(left.stateLock()));
            FileLock second = FileLock.inherited(besideSocket, Fd.owned(left.socketLock()));
            first.confirm();
            second.confirm();
            return new Locks(first, second);
        } catch (IOException e) {
            throw new StartException("the locks of the daemon before are not there: " + e.getMessage(), e);
        }
    }

    private static FileLock acquire(Path file, Path socket) throws StartException {
        try {
            return FileLock.acquire(file, socket.toString());
        } catch (LockedException e) {
            Optional<String> held = e.holderText().lines().skip(1).findFirst();
            throw new StartException(
                    "another daemon runs: pid "
                            + FileLock.holderPid(e.holderText())
                                    .map(String::valueOf)
                                    .orElse("unknown")
                            + ", socket " + held.orElse("unknown") + " (it holds " + file
                            + "; use it, stop it with: shipote daemon stop, or give other --state-dir and --socket)",
                    e);
        } catch (IOException e) {
            throw new StartException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    /** The lock of the state directory. */
    public FileLock state() {
        return state;
    }

    /** The lock beside the socket. */
    public FileLock socket() {
        return socket;
    }

    /** Lets go of both. The files stay. */
    @Override
    public void close() {
        socket.close();
        state.close();
    }
}
