package io.shipote.daemon;

import io.shipote.core.Loop;
import java.nio.file.Path;

/**
 * What a {@link Domain} is made from.
 *
 * @param recover whether to start from the newest good generation if the state cannot be read
 * @param locks held for as long as the daemon lives; an exec in place hands them over
 * @param stop begins an orderly stop; callable from any thread, any number of times
 */
public record DaemonContext(
        Loop loop,
        Directories directories,
        DaemonConfig config,
        Path socket,
        String version,
        boolean recover,
        Locks locks,
        Runnable stop) {}
