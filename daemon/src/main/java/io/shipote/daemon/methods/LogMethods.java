package io.shipote.daemon.methods;

import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.LogPosition;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Command;
import io.shipote.core.Job;
import io.shipote.core.store.RunRecord;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The method that reads and follows logs. */
public final class LogMethods {
    static final String STDOUT = "stdout";
    static final String STDERR = "stderr";
    private static final String BOTH = "both";

    /** Places in one call: a pipeline has no more streams. */
    private static final int MAX_FROM = 1_000;

    private final Services services;

    public LogMethods(Services services) {
        this.services = services;
    }

    /** Adds it to the table. */
    public void register(MethodTable table) {
        table.on("Logs", LogsIn.class, this::logs);
    }

    private void logs(LogsIn in, Exchange exchange) {
        Job job = JobMethods.find(services, in.target(), in.workspace());
        String stream = in.stream().orElse(BOTH);
        if (!Set.of(STDOUT, STDERR, BOTH).contains(stream)) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "no stream '" + stream + "' (stdout, stderr or both)",
                    Map.of("problems", List.of(Map.of("path", "stream", "message", "unknown"))));
        }
        if (in.from().filter(from -> from.size() > MAX_FROM).isPresent()) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "from has more than " + MAX_FROM + " places",
                    Map.of("limit", "from", "value", MAX_FROM));
        }
        if (in.from().orElse(List.of()).stream().anyMatch(place -> place.offset() < 0)) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "an offset in from is below 0",
                    Map.of("problems", List.of(Map.of("path", "from", "message", "has a negative offset"))));
        }
        if (in.run().isPresent()) {
            List<LogSource> one = new ArrayList<>();
            add(one, job.label(), run(job, in.run().get()), stream);
            new LogReader(services, exchange, in, job, () -> one, false).begin(List.of());
            return;
        }
        boolean follow = in.follow().orElse(false) && exchange.wantsMore();
        new LogReader(services, exchange, in, job, () -> sources(job, stream), follow)
                .begin(earlier(job, in.from().orElse(List.of()), stream));
    }

    /** Of the runs that are named and those after them, oldest first. Of a pipeline only the newest are known. */
    private List<LogSource> earlier(Job job, List<LogPosition> from, String stream) {
        Optional<String> first = from.stream().map(LogPosition::run).min(Comparator.naturalOrder());
        List<LogSource> sources = new ArrayList<>();
        if (!(job instanceof Command)) {
            return sources;
        }
        job.keptRecords().stream()
                .filter(record -> first.isPresent() && record.run().text().compareTo(first.get()) >= 0)
                .sorted(Comparator.comparing(record -> record.run().text()))
                .forEach(record -> add(sources, job.label(), record, stream));
        return sources;
    }

    private static RunRecord run(Job job, String asked) {
        List<RunRecord> found = job.keptRecords().stream()
                .filter(record -> record.run().text().startsWith(asked))
                .toList();
        if (asked.isEmpty() || found.size() != 1) {
            throw new ShipoteException(
                    found.size() > 1 ? ErrorCode.AMBIGUOUS : ErrorCode.NOT_FOUND,
                    "'" + job.label() + "' has " + (found.isEmpty() ? "no kept run '" : "several runs '") + asked
                            + "' (shipote show lists them)",
                    Map.of(
                            "target",
                            asked,
                            "candidates",
                            found.stream().map(r -> r.run().text()).toList()));
        }
        return found.get(0);
    }

    /** The files of the newest runs, in the order they are read. */
    private List<LogSource> sources(Job job, String stream) {
        List<LogSource> sources = new ArrayList<>();
        if (job instanceof Command command) {
            command.lastRecord().ifPresent(record -> add(sources, job.label(), record, stream));
        } else if (job instanceof Pipeline pipeline) {
            pipeline.records().forEach((label, record) -> add(sources, label, record, stream));
        }
        return sources;
    }

    private void add(List<LogSource> sources, String label, RunRecord record, String stream) {
        if (!stream.equals(STDERR)) {
            sources.add(new LogSource(record, label, STDOUT, services.records().out(record.workspace(), record.run())));
        }
        if (!stream.equals(STDOUT)) {
            sources.add(new LogSource(record, label, STDERR, services.records().err(record.workspace(), record.run())));
        }
    }

    static LogsOut nothing(Job job) {
        return new LogsOut(job.id(), job.label(), STDOUT, 0, "", Optional.empty());
    }
}
