package io.shipote.core.linux;

/** What may name a group: nothing that leads out of its parent or hides a control file. */
final class GroupName {
    private static final int MAX_PART = 100;

    private GroupName() {}

    static void check(String name) {
        for (String part : name.split("/", -1)) {
            boolean control = part.startsWith("cgroup.") || part.matches("(memory|cpu|cpuset|io|pids)\\..*");
            if (part.isEmpty() || part.startsWith(".") || part.length() > MAX_PART || control) {
                throw new IllegalArgumentException("no name for a group: " + name);
            }
            if (part.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("a control character in the name of a group");
            }
        }
    }
}
