package io.shipote.core.linux;

/** Process trees that try to get away. */
final class Trees {
    /** A shell and a grandchild of its own session whose parent is gone; its pid is written to descriptor 3. */
    static final String ESCAPING =
            "(setsid sh -c 'echo $$ >&3; exec 3>&-; exec sleep 600' &) ; exec 3>&-; exec sleep 600";

    private Trees() {}
}
