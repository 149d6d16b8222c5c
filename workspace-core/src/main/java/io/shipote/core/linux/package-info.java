/**
 * What the kernel offers for processes: launch, watch, adopt, place in groups, pipe and splice.
 *
 * <p>Everything here blocks, if only for microseconds, and is meant for blocking threads (launcher, sampler,
 * pump), never for an event loop; the exceptions are the non-blocking calls of {@link
 * io.shipote.core.linux.PidFd} and {@link io.shipote.core.linux.Splice}, which say so. No other package
 * calls native code, and no native type appears in a public signature.
 */
package io.shipote.core.linux;
