package io.shipote.core.linux;

import java.nio.file.Path;

/** Whether systemd has given a group to us; see "Control Group Delegation" in {@code systemd.resource-control(5)}. */
enum Delegation {
    /** {@code Delegate=yes}. */
    GIVEN,
    /** A unit's group that systemd manages itself. */
    REFUSED,
    /** Not systemd's, or a systemd that does not tell (before version 251). */
    UNKNOWN;

    static Delegation of(Path group) {
        if (GroupMark.DELEGATE.read(group).filter("1"::equals).isPresent()) {
            return GIVEN;
        }
        return GroupMark.INVOCATION.read(group).isPresent() ? REFUSED : UNKNOWN;
    }
}
