package io.shipote.core.linux;

/** Makes meters. Confined to the sampler's thread. */
public interface Meters {
    Meter open(UsageSource source);

    /** A new round begins: what was seen of {@code /proc} before is out of date. */
    void begin();
}
