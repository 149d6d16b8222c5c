package io.shipote.daemon.doctor;

import java.io.IOException;
import java.util.List;

/** A question with its findings. */
public interface Checkup {
    /** What findings say that this is about. */
    String name();

    /**
     * Asks.
     *
     * @param fix whether to put right what can be put right without a choice
     * @throws IOException if nobody can tell; that is a finding of its own
     */
    List<Finding> look(boolean fix) throws IOException;
}
