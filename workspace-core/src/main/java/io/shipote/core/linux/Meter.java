package io.shipote.core.linux;

/** Reads again and again what one thing uses. Confined to the sampler's thread. */
public interface Meter extends AutoCloseable {
    /**
     * Reads the figures anew. Those that are not read this time stay as they are; those that can no longer be read
     * become unknown.
     *
     * @param whole also what is dear to read or changes slowly: peak, disks, pressure, events, and memory where only
     *     {@code /proc} tells it
     * @throws ErrnoException when reading fails for another reason than that the thing is gone
     */
    void read(Usage into, boolean whole) throws ErrnoException;

    /** Gives its descriptors back. */
    @Override
    void close();
}
