package io.shipote.core.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** One call of {@code posix_spawn(3)}: fills its structures and frees them again. */
final class SpawnCall {
    private static final byte ALL = (byte) 0xff;

    private SpawnCall() {}

    /**
     * @param words argv, from argv[0] on
     * @param group the directory of the v2 group that it is made in, where {@link SpawnGroup} is available
     * @param descriptors by the numbers that they get in the child; their own are all above those
     * @return the pid of the child, which runs {@code file} already
     */
    static int run(
            Path file,
            List<String> words,
            List<String> environment,
            Path directory,
            Optional<Fd> group,
            SortedMap<Integer, Fd> descriptors)
            throws ErrnoException {
        try (Memory argv = CString.table(words);
                Memory envp = CString.table(environment);
                Memory attributes = new Memory(LibC.SIZEOF_SPAWNATTR);
                Memory actions = new Memory(LibC.SIZEOF_FILE_ACTIONS)) {
            long attr = address(attributes);
            long todo = address(actions);
            check("posix_spawnattr_init", LibC.posix_spawnattr_init(attr));
            try {
                check("posix_spawn_file_actions_init", LibC.posix_spawn_file_actions_init(todo));
                try {
                    fillAttributes(attr, group);
                    fillActions(todo, directory, descriptors);
                    int[] pid = new int[1];
                    int errno = LibC.posix_spawn(pid, CString.of(file), todo, attr, address(argv), address(envp));
                    if (errno != 0) {
                        throw new ErrnoException("posix_spawn", file.toString(), errno);
                    }
                    return pid[0];
                } finally {
                    LibC.posix_spawn_file_actions_destroy(todo);
                }
            } finally {
                LibC.posix_spawnattr_destroy(attr);
            }
        }
    }

    /** The virtual machine blocks SIGQUIT in its threads and ignores others: a child must inherit neither. */
    private static void fillAttributes(long attr, Optional<Fd> group) throws ErrnoException {
        try (Memory set = new Memory(LibC.SIZEOF_SIGSET)) {
            set.clear();
            check("posix_spawnattr_setsigmask", LibC.posix_spawnattr_setsigmask(attr, address(set)));
            set.setMemory(0, LibC.SIZEOF_SIGSET, ALL);
            check("posix_spawnattr_setsigdefault", LibC.posix_spawnattr_setsigdefault(attr, address(set)));
        }
        short flags = LibC.POSIX_SPAWN_SETSID | LibC.POSIX_SPAWN_SETSIGMASK | LibC.POSIX_SPAWN_SETSIGDEF;
        if (group.isPresent()) {
            check("posix_spawnattr_setcgroup_np", SpawnGroup.set(attr, group.get()));
            flags |= SpawnGroup.POSIX_SPAWN_SETCGROUP;
        }
        check("posix_spawnattr_setflags", LibC.posix_spawnattr_setflags(attr, flags));
    }

    private static void fillActions(long actions, Path directory, SortedMap<Integer, Fd> descriptors)
            throws ErrnoException {
        int end = descriptors.lastKey() + 1;
        for (int target = 0; target < end; target++) {
            Fd source = descriptors.get(target);
            if (source != null) {
                int from = source.number();
                check("posix_spawn_file_actions_adddup2", LibC.posix_spawn_file_actions_adddup2(actions, from, target));
            } else {
                // One that is not open is no error to it.
                check("posix_spawn_file_actions_addclose", LibC.posix_spawn_file_actions_addclose(actions, target));
            }
        }
        check("posix_spawn_file_actions_addchdir_np", SpawnActions.addchdir(actions, CString.of(directory)));
        // Last: most descriptors of the virtual machine are not close-on-exec.
        check("posix_spawn_file_actions_addclosefrom_np", SpawnActions.addclosefrom(actions, end));
    }

    private static void check(String call, int errno) throws ErrnoException {
        if (errno != 0) {
            throw new ErrnoException(call, "", errno);
        }
    }

    private static long address(Memory memory) {
        return Pointer.nativeValue(memory);
    }
}
