package io.shipote.core;

import java.util.function.DoubleSupplier;

/**
 * What every object of the domain needs of its surroundings.
 *
 * @param bootId the kernel's boot id
 * @param cores processors online
 * @param random numbers from 0 to 1, for jitter
 * @param retention how much is kept of what has ended
 */
public record Host(
        Loop loop,
        Launcher launcher,
        EventHub events,
        Ids ids,
        String bootId,
        int cores,
        DoubleSupplier random,
        Retention retention) {}
