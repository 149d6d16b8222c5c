package io.shipote.core;

/** Reads how much something uses. Called only from the sampler's thread; blocks for microseconds. */
public interface Probe {
    Usage read();
}
