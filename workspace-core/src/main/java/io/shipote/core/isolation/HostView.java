package io.shipote.core.isolation;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this host has and allows. Blocks; confined to one thread. */
public interface HostView {
    /** Where a tool is, if it is installed. */
    Optional<Path> tool(String name);

    /** Sends a process through these words for real; empty when it came through, else what was said. */
    Optional<String> refused(List<String> words);

    /** The numbers of the processors that the daemon may use. */
    Set<Long> processors();

    /** The daemon's own niceness. */
    int niceness();

    long uid();

    long gid();

    boolean exists(String path);
}
