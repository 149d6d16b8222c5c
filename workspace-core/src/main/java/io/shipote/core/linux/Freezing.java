package io.shipote.core.linux;

/** How the processes of a run are kept from running. */
public enum Freezing {
    /** By their group: they do not notice it, and what is forked meanwhile is caught. */
    GROUP("frozen"),
    /** By SIGSTOP: their parents can see it, and anybody may send SIGCONT. */
    SIGNAL("stopped by SIGSTOP");

    private final String word;

    Freezing(String word) {
        this.word = word;
    }

    /** For people. */
    public String word() {
        return word;
    }
}
