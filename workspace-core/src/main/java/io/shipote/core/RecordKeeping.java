package io.shipote.core;

import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and removes the records of runs; what cannot be is logged. Called on the loop; the work is done on the launcher's
 * thread, in the order of the calls.
 */
final class RecordKeeping {
    private static final Logger LOG = LoggerFactory.getLogger(RecordKeeping.class);

    private final Loop loop;
    private final Executor worker;
    private final RunRecords records;
    private final Children children;

    RecordKeeping(Loop loop, Executor worker, RunRecords records, Children children) {
        this.loop = loop;
        this.worker = worker;
        this.records = records;
        this.children = children;
    }

    /** See {@link Launcher#keep(RunRecord)}, and so for the others. */
    void keep(RunRecord record) {
        later("keep the record of run " + record.run(), () -> records.write(record));
    }

    void keep(List<RunRecord> changed, Runnable done) {
        changed.forEach(this::keep);
        worker.execute(() -> loop.execute(done));
    }

    void keepRefused(RunRecord record) {
        later("keep the record of run " + record.run(), () -> records.create(record));
    }

    void forget(RunRecord record) {
        if (!keptForLeftovers(record)) {
            later("remove run " + record.run(), () -> records.delete(record.workspace(), record.run()));
        }
    }

    /** By its record the next daemon knows that what a run left behind is to be left alone: it goes with the last of it. */
    private boolean keptForLeftovers(RunRecord record) {
        Optional<ProcessTree> left = children.leftAlone(record.run());
        left.ifPresent(tree -> tree.whenGone(() -> forget(record)));
        return left.isPresent();
    }

    void forget(List<RunRecord> gone, Runnable done) {
        List<RunRecord> now =
                gone.stream().filter(record -> !keptForLeftovers(record)).toList();
        worker.execute(() -> {
            for (RunRecord record : now) {
                try {
                    records.delete(record.workspace(), record.run());
                } catch (IOException | RuntimeException e) {
                    // Whatever it is: the others are to go as well, and somebody waits for the answer.
                    LOG.warn("could not remove run {}", record.run(), e);
                }
            }
            loop.execute(done);
        });
    }

    private interface Write {
        void run() throws IOException;
    }

    private void later(String what, Write write) {
        worker.execute(() -> {
            try {
                write.run();
            } catch (IOException e) {
                LOG.warn("could not {}", what, e);
            }
        });
    }
}
