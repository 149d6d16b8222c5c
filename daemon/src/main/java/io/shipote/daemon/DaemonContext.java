package io.shipote.daemon;

import io.shipote.core.Loop;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.store.StateStore;
import java.nio.file.Path;

/**
 * What a {@link Domain} is made from.
 *
 * @param cgroups those that there are for us
 * @param opening which state to start from
 * @param locks held for as long as the daemon lives; an exec in place hands them over
 * @param stop begins an orderly stop; callable from any thread, any number of times
 */
public record DaemonContext(
        Loop loop,
        Directories directories,
        DaemonConfig config,
        Path socket,
        String version,
        CgroupHost cgroups,
        StateStore.Options opening,
        Locks locks,
        Runnable stop) {}
