package io.shipote.daemon.methods;

import io.shipote.card.Problems;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.DeleteWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.DeleteWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ListWorkspacesIn;
import io.shipote.card.wire.WorkspaceCalls.ListWorkspacesOut;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ShowWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.ShowWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.StopWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.StopWorkspaceOut;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.EndedBy;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The methods on workspaces. */
public final class WorkspaceMethods {
    private final Services services;
    private final Statuses statuses;

    public WorkspaceMethods(Services services) {
        this.services = services;
        this.statuses = new Statuses(services.records());
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("CreateWorkspace", CreateWorkspaceIn.class, this::create);
        table.on("ListWorkspaces", ListWorkspacesIn.class, this::list);
        table.on("ShowWorkspace", ShowWorkspaceIn.class, this::show);
        table.on("SetWorkspace", SetWorkspaceIn.class, this::set);
        table.on("StopWorkspace", StopWorkspaceIn.class, this::stop);
        table.on("DeleteWorkspace", DeleteWorkspaceIn.class, this::delete);
    }

    private Workspace get(String target) {
        return services.workspaces().get(target);
    }

    private void create(CreateWorkspaceIn in, Exchange exchange) {
        Problems problems = new Problems();
        WorkspaceSpec spec = WorkspaceSpec.decode(in.spec(), "", problems);
        problems.throwIfAny("workspace spec");
        services.gate().change(exchange, () -> services.workspaces()
                .create(
                        spec,
                        in.strict().orElse(false),
                        Pages.reply(
                                exchange,
                                made -> new CreateWorkspaceOut(
                                        made.id().text(), made.state().word(), made.applied()))));
    }

    private void list(ListWorkspacesIn in, Exchange exchange) {
        Pages.Page<Workspace> page = Pages.of(services.workspaces().after(in.after()), in.limit(), w -> w.id().text());
        List<WorkspaceStatus> seen =
                page.items().stream().map(Workspace::status).toList();
        exchange.reply(new ListWorkspacesOut(seen, page.next()));
    }

    private void show(ShowWorkspaceIn in, Exchange exchange) {
        Workspace workspace = get(in.target());
        services.workspaces().prepare(workspace, () -> {
            List<CommandStatus> commands =
                    workspace.commands().stream().map(statuses::of).toList();
            exchange.reply(new ShowWorkspaceOut(
                    workspace.status(),
                    workspace.spec().encode(),
                    workspace.applied(),
                    commands,
                    services.pipelines().list(Optional.of(workspace)).stream()
                            .map(statuses::of)
                            .toList()));
        });
    }

    private void set(SetWorkspaceIn in, Exchange exchange) {
        Workspace workspace = get(in.target());
        boolean clearTtl = in.clearTtl().orElse(false);
        List<String> clear = in.clear().orElse(List.of());
        Problems problems = new Problems();
        if (in.ttlMs().orElse(0L) < 0) {
            problems.add("ttl_ms", "must not be negative");
        }
        clear.stream()
                .filter(name -> !Limits.NAMES.contains(name))
                .forEach(name -> problems.add("clear", "knows no limit " + name + " (" + Limits.NAMES + ")"));
        Limits limits = in.limits().orElse(Limits.NONE);
        limits.check("limits", problems);
        problems.throwIfAny("parameters");
        Optional<Optional<Long>> ttl =
                clearTtl || in.ttlMs().isPresent() ? Optional.of(in.ttlMs().filter(ms -> !clearTtl)) : Optional.empty();
        services.gate().change(exchange, () -> services.workspaces()
                .set(
                        workspace,
                        new Workspaces.Change(ttl, limits.into(workspace.spec().soma(), clear)),
                        Pages.reply(
                                exchange,
                                applied -> new SetWorkspaceOut(
                                        workspace.id().text(),
                                        workspace.state().word(),
                                        workspace.deadlineMs(),
                                        Optional.of(applied)))));
    }

    private void stop(StopWorkspaceIn in, Exchange exchange) {
        Workspace workspace = get(in.target());
        Optional<Duration> grace = Pages.grace(in.graceMs());
        services.gate().change(exchange, () -> services.workspaces()
                .stop(
                        workspace,
                        EndedBy.USER,
                        grace,
                        Pages.reply(
                                exchange,
                                ended -> new StopWorkspaceOut(
                                        workspace.id().text(), workspace.state().word(), ended))));
    }

    private void delete(DeleteWorkspaceIn in, Exchange exchange) {
        Workspace workspace = get(in.target());
        Optional<Duration> grace = Pages.grace(in.graceMs());
        services.gate().change(exchange, () -> services.workspaces()
                .delete(
                        workspace,
                        EndedBy.USER,
                        grace,
                        Pages.reply(
                                exchange,
                                ended -> new DeleteWorkspaceOut(workspace.id().text(), "deleted", ended))));
    }
}
