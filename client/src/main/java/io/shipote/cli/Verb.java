package io.shipote.cli;

/** One verb of the command line. An instance is used once. */
interface Verb {
    /** One line that says what it does. */
    String summary();

    /** What follows the verb in its usage line, without the options. */
    String arguments();

    /** Declares its options. */
    default void options(Flags flags) {}

    /** Whether the first argument ends the options: what follows is a command line of its own. */
    default boolean endsWithCommand() {
        return false;
    }

    /** Whether the exit status is that of a command, so that our own failures need numbers apart from it. */
    default boolean passesStatus(Invocation in) {
        return false;
    }

    /**
     * Does it.
     *
     * @return the exit status
     * @throws UsageException if the arguments make no sense
     */
    int run(Invocation in);
}
