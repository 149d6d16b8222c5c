package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.WorkspaceSpec;
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One process to start.
 *
 * @param record what is known of the run before it exists: identities, attempt; its pid is filled in by the launcher
 * @param spec the command as asked for
 * @param workspace the spec of its workspace, whose limits apply
 * @param stdin the pipe end to read from; empty = the spec's file, else nothing
 * @param stdout the pipe end to write to; empty = the run's log file
 * @param stderr the pipe end to write to; empty = the run's log file
 * @param held other descriptors that it keeps open; with any, no limit of descriptors is applied to it
 * @param ports other pipe ends to read from and to write to, by the numbers of its descriptors, from 3
 */
public record LaunchPlan(
        RunRecord record,
        CommandRef spec,
        WorkspaceSpec workspace,
        Optional<Fd> stdin,
        Optional<Fd> stdout,
        Optional<Fd> stderr,
        List<Fd> held,
        SortedMap<Integer, Fd> ports) {
    public LaunchPlan {
        held = List.copyOf(held);
        ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
    }

    /** One without other descriptors that it reads from or writes to. */
    public LaunchPlan(
            RunRecord record,
            CommandRef spec,
            WorkspaceSpec workspace,
            Optional<Fd> stdin,
            Optional<Fd> stdout,
            Optional<Fd> stderr,
            List<Fd> held) {
        this(record, spec, workspace, stdin, stdout, stderr, held, new TreeMap<>());
    }

    /** One that holds nothing. */
    public LaunchPlan(
            RunRecord record,
            CommandRef spec,
            WorkspaceSpec workspace,
            Optional<Fd> stdin,
            Optional<Fd> stdout,
            Optional<Fd> stderr) {
        this(record, spec, workspace, stdin, stdout, stderr, List.of());
    }
}
