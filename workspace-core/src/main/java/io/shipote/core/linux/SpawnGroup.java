package io.shipote.core.linux;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that is made inside a group, {@code posix_spawnattr_setcgroup_np(3)}: as fast as one outside, where the
 * shell that enters a group costs a second exec. Not every C library has it (glibc from 2.39 on), so it stands in a
 * class of its own. Groups of v2 only.
 */
final class SpawnGroup {
    static final short POSIX_SPAWN_SETCGROUP = 0x100;

    private SpawnGroup() {}

    /** Whether the C library can do it: asked by the symbol, never by a version. */
    static boolean available() {
        return Calls.AVAILABLE;
    }

    /**
     * Whether this is all that the shell would be needed for. A frozen group would hold up the thread that starts the
     * process, so that is left to the shell, which only stops by itself.
     */
    static boolean fits(SpawnRequest request) {
        List<Path> groups = request.cgroupProcsFiles();
        boolean only = groups.size() == 1
                && request.nofile().isEmpty()
                && request.umask().isEmpty();
        if (!only || !request.through().isEmpty()) {
            return false;
        }
        try {
            List<String> events = GroupDir.lines(groups.get(0).resolveSibling("cgroup.events"));
            return !events.isEmpty() && !events.contains("frozen 1");
        } catch (IOException e) {
            // No group that we can look at: the shell's attempt tells what is wrong with it.
            return false;
        }
    }

    static int set(long attr, Fd group) {
        return Calls.posix_spawnattr_setcgroup_np(attr, group.number());
    }

    private static final class Calls {
        static final boolean AVAILABLE = registered();

        private static boolean registered() {
            NativePath.set();
            try {
                Native.register(Calls.class, (String) null);
                return true;
            } catch (UnsatisfiedLinkError missing) {
                return false;
            }
        }

        static native int posix_spawnattr_setcgroup_np(long attr, int cgroup);
    }
}
