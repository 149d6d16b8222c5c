package io.shipote.daemon.methods;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.UnwatchedRuns;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.WayBack;
import io.shipote.pipeline.Pipeline;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the kernel, on the file thread, what runs that this daemon does not know. Confined to the loop thread. */
final class UnwatchedLook {
    private final Services services;

    UnwatchedLook(Services services) {
        this.services = services;
    }

    /**
     * Looks once.
     *
     * @param answer comes on the loop
     * @throws ShipoteException BUSY when too much waits for the file thread; there is no answer then
     */
    void take(Answer<UnwatchedRuns> answer) {
        // As of now: what is started while the kernel is asked is not unwatched.
        Set<String> workspaces =
                services.workspaces().all().stream().map(one -> one.id().text()).collect(Collectors.toSet());
        Set<String> pipelines = services.pipelines().list(Optional.empty()).stream()
                .map(Pipeline::id)
                .collect(Collectors.toSet());
        services.files().execute(() -> {
            try {
                UnwatchedRuns found = look(workspaces, pipelines);
                services.host().loop().execute(() -> answer.ok(found));
            } catch (IOException | RuntimeException e) {
                ShipoteException failure =
                        new ShipoteException(ErrorCode.INTERNAL, "nobody can tell what still runs: " + e);
                services.host().loop().execute(() -> answer.fail(failure));
            }
        });
    }

    private UnwatchedRuns look(Set<String> workspaces, Set<String> pipelines) throws IOException {
        return UnwatchedRuns.among(
                new RunCensus(services.cgroups()).take().values(),
                workspaces::contains,
                pipelines::contains,
                new ProcFiles(),
                new WayBack(services.context().directories().state(), new DiskFiles()),
                true);
    }
}
