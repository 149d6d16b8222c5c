package io.shipote.daemon.methods;

import io.shipote.card.wire.CommandCalls.PauseIn;
import io.shipote.card.wire.CommandCalls.PauseOut;
import io.shipote.card.wire.CommandCalls.ResumeIn;
import io.shipote.card.wire.CommandCalls.ResumeOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.PauseWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.PauseWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ResumeWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.ResumeWorkspaceOut;
import io.shipote.core.Job;
import io.shipote.core.Workspace;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import java.util.Map;

/** The methods that keep something from running and let it go on. */
public final class PauseMethods {
    private final Services services;

    public PauseMethods(Services services) {
        this.services = services;
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("Pause", PauseIn.class, this::pause);
        table.on("Resume", ResumeIn.class, this::resume);
        table.on("PauseWorkspace", PauseWorkspaceIn.class, this::pauseWorkspace);
        table.on("ResumeWorkspace", ResumeWorkspaceIn.class, this::resumeWorkspace);
    }

    private void pause(PauseIn in, Exchange exchange) {
        Job job = JobMethods.find(services, in.target(), in.workspace());
        services.gate().change(exchange, () -> {
            if (!job.state().live() || job.state() == JobState.STOPPING) {
                throw wrongState(job, "there is nothing to pause");
            }
            job.pause(Pages.reply(
                    exchange, how -> new PauseOut(job.id(), job.state().word(), how.word())));
        });
    }

    private void resume(ResumeIn in, Exchange exchange) {
        Job job = JobMethods.find(services, in.target(), in.workspace());
        services.gate().change(exchange, () -> {
            if (job.state() != JobState.PAUSED) {
                throw wrongState(job, "it is not paused");
            }
            if (job.workspace().paused().isPresent()) {
                throw wrongState(
                        job,
                        "its workspace is paused (ws resume " + job.workspace().label() + ")");
            }
            job.resume(Pages.reply(
                    exchange, done -> new ResumeOut(job.id(), job.state().word())));
        });
    }

    private static ShipoteException wrongState(Job job, String why) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "'" + job.label() + "' is " + job.state().word() + ": " + why,
                Map.of("id", job.id(), "state", job.state().word()));
    }

    private void pauseWorkspace(PauseWorkspaceIn in, Exchange exchange) {
        Workspace workspace = services.workspaces().get(in.target());
        services.gate().change(exchange, () -> services.workspaces()
                .pausing()
                .pause(
                        workspace,
                        Pages.reply(
                                exchange,
                                done -> new PauseWorkspaceOut(
                                        workspace.id().text(),
                                        workspace.status().state().word(),
                                        done.jobs(),
                                        done.how().word()))));
    }

    private void resumeWorkspace(ResumeWorkspaceIn in, Exchange exchange) {
        Workspace workspace = services.workspaces().get(in.target());
        services.gate().change(exchange, () -> services.workspaces()
                .pausing()
                .resume(
                        workspace,
                        Pages.reply(
                                exchange,
                                done -> new ResumeWorkspaceOut(
                                        workspace.id().text(),
                                        workspace.status().state().word(),
                                        done.jobs()))));
    }
}
