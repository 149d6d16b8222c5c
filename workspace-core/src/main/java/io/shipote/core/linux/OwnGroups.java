package io.shipote.core.linux;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code /proc/PID/cgroup}; see {@code cgroups(7)}. */
final class OwnGroups {
    /** The key of the v2 hierarchy. */
    static final String UNIFIED = "";

    private OwnGroups() {}

    /** Controller to path. Controllers that share a hierarchy each get an entry. */
    static Map<String, String> parse(String text) {
        Map<String, String> groups = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                for (String controller : fields[1].split(",")) {
                    groups.put(controller, fields[2]);
                }
            }
        });
        return groups;
    }
}
