package io.shipote.core.garbage;

import java.io.IOException;
import java.util.List;

/** The runtime directory that garbage is looked for in. Blocking. */
public interface Dens {
    /** All there are now, in the order of their names. */
    List<Den> all() throws IOException;

    /** Notes in a foreign sidecar that its process was alive. Replaces it whole, or not at all. */
    void seen(Den den, long nowMs) throws IOException;

    /**
     * Removes it if nobody has come to life in it since it was looked at.
     *
     * @return whether it is gone
     */
    boolean remove(Den den) throws IOException;
}
