package io.shipote.daemon.it;

/** What happens to the directories between two daemons. */
enum RoundsMishap {
    RUNTIME_REMOVED,
    SOCKET_REMOVED,
    /** As a daemon leaves it that is killed; now also behind one that stopped in good order. */
    SOCKET_STALE,
    /** A start is refused until it is moved away. */
    SOCKET_IS_A_FILE,
    LOCKS_REMOVED,
    /** Who has the pid now began at another time. */
    PID_REUSED,
    /** Directories of another program, whose processes are gone. */
    OTHER_PROGRAMS,
    RUN_WITHOUT_A_RECORD,
    GROUPS_LEFT,
    /** Of writes that were cut short. */
    TEMPORARY_FILES,
    /** Runs and a history of workspaces that nobody knows. */
    UNKNOWN_WORKSPACE
}
