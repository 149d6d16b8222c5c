package io.shipote.daemon.methods;

import io.shipote.core.Commands;
import io.shipote.core.FileChanges;
import io.shipote.core.Histories;
import io.shipote.core.Host;
import io.shipote.core.Quarantine;
import io.shipote.core.Sampler;
import io.shipote.core.Worker;
import io.shipote.core.Workspaces;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.store.RunRecords;
import io.shipote.core.store.StateStore;
import io.shipote.daemon.DaemonContext;
import io.shipote.daemon.Upkeep;
import io.shipote.daemon.audit.AuditLog;
import io.shipote.daemon.control.Exchange;
import io.shipote.pipeline.Pipelines;

/** What the methods of the interface work with. All of it is confined to the loop, but for the paths of run records. */
public record Services(
        DaemonContext context,
        Host host,
        StateStore store,
        RunRecords records,
        CgroupHost cgroups,
        Workspaces workspaces,
        Commands commands,
        Pipelines pipelines,
        Sampler sampler,
        Histories histories,
        Worker files,
        FileChanges changes,
        Quarantine quarantine,
        Gate gate,
        AuditLog audit,
        Upkeep upkeep) {
    /** Does what starts something new: as {@link Gate#change}, and only while the disk has room. */
    void launch(Exchange exchange, Runnable work) {
        gate.change(exchange, () -> {
            upkeep.disk().requireRoom();
            work.run();
        });
    }
}
