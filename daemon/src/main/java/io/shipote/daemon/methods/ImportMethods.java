package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotIn;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Command;
import io.shipote.core.Intents;
import io.shipote.core.UnwatchedRuns;
import io.shipote.core.WorkspaceImport;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.pipeline.PipelineImport;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The method that takes entries of another snapshot in: one entry after the other, one import at a time. */
public final class ImportMethods {
    private final Services services;
    private final UnwatchedLook unwatched;
    private boolean busy;

    public ImportMethods(Services services) {
        this.services = services;
        this.unwatched = new UnwatchedLook(services);
    }

    /** Adds it to the table. */
    public void register(MethodTable table) {
        table.on("ImportSnapshot", ImportSnapshotIn.class, this::begin);
    }

    private void begin(ImportSnapshotIn in, Exchange exchange) {
        Runnable work = () -> {
            if (busy) {
                throw new ShipoteException(
                        ErrorCode.BUSY, "another import is under way (try again)", Map.of("limit", "imports"));
            }
            // What is in the snapshot may be alive here, left alone by a rollback, and nothing may run twice.
            unwatched.take(Answer.of(found -> run(in, exchange, found), e -> {
                busy = false;
                exchange.fail(e);
            }));
            busy = true;
        };
        if (in.start().orElse(false)) {
            services.launch(exchange, work);
        } else {
            services.gate().change(exchange, work);
        }
    }

    private void run(ImportSnapshotIn in, Exchange exchange, UnwatchedRuns alive) {
        boolean dryRun = in.dryRun().orElse(false);
        boolean start = in.start().orElse(false);
        WorkspaceImport workspaces = new WorkspaceImport(
                services.host(), new Intents(services.store(), services.host()), services.workspaces(), alive, dryRun);
        PipelineImport pipelines =
                new PipelineImport(services.pipelines(), services.workspaces(), workspaces, alive, dryRun, start);
        List<Consumer<Runnable>> steps = new ArrayList<>();
        in.workspaces().forEach(node -> steps.add(then -> workspaces.take(node, then)));
        steps.add(then -> start(start && !dryRun, workspaces, exchange, then));
        List<ObjectNode> saved = in.savedPipelines().orElse(List.of());
        saved.forEach(node -> steps.add(then -> pipelines.saved(node, then)));
        List<ObjectNode> live = in.livePipelines().orElse(List.of());
        live.forEach(node -> steps.add(then -> pipelines.live(node, then)));
        next(steps.iterator(), exchange, () -> {
            busy = false;
            exchange.reply(new ImportSnapshotOut(List.copyOf(workspaces.entries())));
        });
    }

    private void start(boolean start, WorkspaceImport workspaces, Exchange exchange, Runnable then) {
        List<Consumer<Runnable>> steps = new ArrayList<>();
        if (start) {
            workspaces.wanted().forEach(command -> steps.add(done -> start(command, workspaces.entries(), done)));
        }
        next(steps.iterator(), exchange, then);
    }

    private void start(Command command, List<ImportedEntry> entries, Runnable done) {
        try {
            services.commands().start(command, Answer.of(up -> said(command, "started", entries, done), e -> {
                said(command, "it could not be started: " + e.getMessage(), entries, done);
            }));
        } catch (ShipoteException e) {
            said(command, "it could not be started: " + e.getMessage(), entries, done);
        }
    }

    private static void said(Command command, String note, List<ImportedEntry> entries, Runnable done) {
        entries.replaceAll(entry -> {
            if (!entry.kind().equals(ImportedEntry.COMMAND)
                    || !entry.id().filter(command.id()::equals).isPresent()) {
                return entry;
            }
            List<String> notes = new ArrayList<>(entry.notes());
            notes.add(note);
            return new ImportedEntry(entry.kind(), entry.id(), entry.label(), entry.outcome(), notes);
        });
        done.run();
    }

    /** Each step in a task of its own: thousands that are done at once would fill the stack. */
    private void next(Iterator<Consumer<Runnable>> steps, Exchange exchange, Runnable done) {
        if (!steps.hasNext()) {
            done.run();
            return;
        }
        Consumer<Runnable> step = steps.next();
        services.host().loop().execute(() -> {
            try {
                step.accept(() -> next(steps, exchange, done));
            } catch (RuntimeException e) {
                // Nobody above would answer, and no other import could begin.
                busy = false;
                exchange.fail(
                        e instanceof ShipoteException ours
                                ? ours
                                : new ShipoteException(ErrorCode.INTERNAL, "the import was broken off: " + e));
            }
        });
    }
}
