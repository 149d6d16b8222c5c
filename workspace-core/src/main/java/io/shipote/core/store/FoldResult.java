package io.shipote.core.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a fold ended.
 *
 * @param path the snapshot's path
 * @param written false if there was nothing to write or the fold failed
 * @param error why it failed; the state on disk is then whole all the same, and the next fold tries again
 */
public record FoldResult(Path path, boolean written, Optional<IOException> error) {}
