package io.shipote.core.isolation;

import java.util.Map;

/** The tools that are used, and where they come from. */
final class Tools {
    private static final Map<String, String> PACKAGES = Map.of(
            "bwrap", "bubblewrap",
            "ip", "iproute2",
            "nice", "coreutils",
            "env", "coreutils",
            "sleep", "coreutils");

    private Tools() {}

    /** What to do about one that is not there. */
    static String missing(String tool) {
        return tool + " is not installed (package " + PACKAGES.getOrDefault(tool, "util-linux") + ")";
    }
}
