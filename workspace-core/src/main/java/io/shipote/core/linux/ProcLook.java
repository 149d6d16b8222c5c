package io.shipote.core.linux;

import java.util.Map;

/**
 * All processes as they were seen in one walk over {@code /proc}, which is not one instant.
 *
 * @param begunNanos when the walk began, as {@link System#nanoTime} counts
 * @param all by pid, zombies too
 * @param runs the value of {@code SHIPOTE_RUN} of each process that has it, by pid
 * @param unclear since when orphans have shown no environment at all, by pid: it is missing for a moment while they
 *     become another program
 */
record ProcLook(long begunNanos, Map<Integer, ProcStat> all, Map<Integer, String> runs, Map<Integer, Long> unclear) {}
