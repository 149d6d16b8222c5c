package io.shipote.daemon.methods;

import io.shipote.card.wire.DaemonCalls.CapabilitiesIn;
import io.shipote.card.wire.DaemonCalls.CapabilitiesOut;
import io.shipote.card.wire.DaemonCalls.EventsIn;
import io.shipote.card.wire.DaemonCalls.EventsOut;
import io.shipote.card.wire.DaemonCalls.HealthIn;
import io.shipote.card.wire.DaemonCalls.HealthOut;
import io.shipote.card.wire.DaemonCalls.SaveSnapshotIn;
import io.shipote.card.wire.DaemonCalls.SaveSnapshotOut;
import io.shipote.card.wire.DaemonCalls.StopDaemonIn;
import io.shipote.card.wire.DaemonCalls.StopDaemonOut;
import io.shipote.core.EndedBy;
import io.shipote.core.Intents;
import io.shipote.core.Job;
import io.shipote.core.Workspace;
import io.shipote.daemon.SettingLines;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import io.shipote.pipeline.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The methods on the daemon itself. */
public final class DaemonMethods {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Services services;
    private final int uid;
    private final long begun;

    public DaemonMethods(Services services, int uid) {
        this.services = services;
        this.uid = uid;
        this.begun = services.host().loop().nanoTime();
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("Health", HealthIn.class, (in, exchange) -> exchange.reply(health()));
        table.on("Capabilities", CapabilitiesIn.class, (in, exchange) -> exchange.reply(capabilities()));
        table.on("SaveSnapshot", SaveSnapshotIn.class, this::save);
        table.on("StopDaemon", StopDaemonIn.class, this::stop);
        table.onMore("Events", EventsIn.class, this::events);
    }

    private HealthOut health() {
        long commands = 0;
        long pipelines = 0;
        long workspaces = 0;
        for (Workspace workspace : services.workspaces().all()) {
            workspaces++;
            for (Job job : workspace.jobs()) {
                if (job instanceof Pipeline && job.state().live()) {
                    pipelines++;
                }
                commands += job.liveRuns().size();
            }
        }
        return new HealthOut(
                services.context().version(),
                ProcessHandle.current().pid(),
                (services.host().loop().nanoTime() - begun) / NANOS_PER_MILLI,
                services.gate().word(),
                workspaces,
                commands,
                pipelines,
                services.store().dirty(),
                services.context().directories().state().toString(),
                services.context().socket().toString(),
                services.quarantine().entries().size(),
                Optional.of(services.upkeep().degraded()).filter(all -> !all.isEmpty()),
                services.upkeep().disk().freeBytes());
    }

    private CapabilitiesOut capabilities() {
        List<String> controllers = new ArrayList<>();
        services.cgroups().own().forEach((name, path) -> controllers.add((name.isEmpty() ? "unified" : name)));
        List<String> notes = new ArrayList<>(services.cgroups().reasons());
        services.quarantine()
                .entries()
                .forEach(q -> notes.add("not used: an entry of "
                        + q.section().name().toLowerCase(Locale.ROOT) + " (" + q.key() + "): " + q.reason()));
        notes.addAll(services.upkeep().degraded());
        return new CapabilitiesOut(
                System.getProperty("os.version"),
                uid,
                mode(),
                Optional.ofNullable(services.cgroups().own().get(""))
                        .or(() -> services.cgroups().own().values().stream().findFirst())
                        .map(Object::toString),
                controllers.stream().sorted().toList(),
                notes,
                Optional.of(SettingLines.of(services.context().config())));
    }

    private String mode() {
        switch (services.cgroups().mode()) {
            case V2:
                return "v2";
            case NONE:
                return "none";
            default:
                return "hybrid";
        }
    }

    private void save(SaveSnapshotIn in, Exchange exchange) {
        services.gate().change(exchange, () -> services.store().fold(result -> result.error()
                .ifPresentOrElse(
                        e -> exchange.fail(Intents.refusal(e, "the snapshot was not written")),
                        () -> exchange.reply(new SaveSnapshotOut(result.path().toString(), result.written())))));
    }

    private void stop(StopDaemonIn in, Exchange exchange) {
        long pid = ProcessHandle.current().pid();
        if (!in.all().orElse(false)) {
            exchange.reply(new StopDaemonOut(pid, 0));
            services.context().stop().run();
            return;
        }
        Optional<Duration> grace = Pages.grace(in.graceMs());
        Runnable end = () -> {
            services.gate().close();
            services.workspaces().endAll(EndedBy.DAEMON, grace, ended -> {
                exchange.reply(new StopDaemonOut(pid, ended));
                services.context().stop().run();
            });
        };
        if (services.gate().stopping()) {
            // Asked for again, perhaps with less grace.
            end.run();
        } else {
            // What is not restored yet would not be ended.
            services.gate().change(exchange, end);
        }
    }

    private void events(EventsIn in, Exchange exchange) {
        Optional<String> only = in.workspace()
                .map(target -> services.workspaces().get(target).id().text());
        long[] lost = new long[1];
        Runnable cancel = services.host().events().subscribe(event -> {
            if (only.isPresent() && !event.workspace().equals(only)) {
                return;
            }
            if (exchange.next(new EventsOut(event, lost[0]))) {
                lost[0] = 0;
            } else {
                lost[0]++;
            }
        });
        exchange.onClosed(cancel);
        // Whoever has missed something has to be told before.
        exchange.resumes(new Resumption(
                true, () -> lost[0] == 0 ? Optional.of(new EventsIn(only.or(in::workspace))) : Optional.empty()));
    }
}
