package io.shipote.core.linux;

import com.sun.jna.Native;

/**
 * File actions that not every C library has: in a class of their own, so that a missing one does not take
 * the whole of {@link LibC} with it.
 */
final class SpawnActions {
    private SpawnActions() {}

    /** Loads them; throws with ENOSYS when the C library lacks one (glibc before 2.34, musl). */
    static void require() throws ErrnoException {
        try {
            Calls.load();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError missing) {
            ErrnoException failure = new ErrnoException("posix_spawn_file_actions_addclosefrom_np", "", Errno.ENOSYS);
            failure.addSuppressed(missing);
            throw failure;
        }
    }

    static int addchdir(long actions, byte[] path) {
        return Calls.posix_spawn_file_actions_addchdir_np(actions, path);
    }

    static int addclosefrom(long actions, int from) {
        return Calls.posix_spawn_file_actions_addclosefrom_np(actions, from);
    }

    private static final class Calls {
        static {
            NativePath.set();
            Native.register(Calls.class, (String) null);
        }

        /** Only runs the initialiser. */
        static void load() {}

        static native int posix_spawn_file_actions_addchdir_np(long actions, byte[] path);

        static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);
    }
}
