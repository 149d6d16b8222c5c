package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.core.linux.OomFiles;
import io.shipote.core.linux.RunGroup;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of one run whether the SIGKILL it died of was the kernel's, for want of memory. */
final class OomWitness {
    private static final Logger LOG = LoggerFactory.getLogger(OomWitness.class);

    private final OomLedger ledger;
    private final OomFiles files;
    private final long before;

    private OomWitness(OomLedger ledger, OomFiles files, long before) {
        this.ledger = ledger;
        this.files = files;
        this.before = before;
    }

    /** Begins to watch, before the run does; empty where nothing counts such kills. For any blocking thread. */
    static Optional<OomWitness> of(OomLedger ledger, RunGroup group) {
        try {
            Optional<OomFiles> files = OomFiles.of(group);
            return files.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new OomWitness(ledger, files.get(), files.get().kills()));
        } catch (IOException e) {
            LOG.warn("kills for want of memory cannot be told", e);
            return Optional.empty();
        }
    }

    /** What to say of a run that died by a SIGKILL that nobody here sent. On the launcher's thread. */
    ExitStatus judge(ExitStatus seen) {
        try {
            return ledger.claim(files.group(), before, files.kills())
                    ? new ExitStatus.OomKilled(files.peakBytes(), files.limitBytes())
                    : seen;
        } catch (IOException e) {
            LOG.warn("whether it was killed for want of memory cannot be told", e);
            return seen;
        }
    }
}
