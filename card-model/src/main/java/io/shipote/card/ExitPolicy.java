package io.shipote.card;

/** What becomes of a workspace at the end of its time to live. */
public enum ExitPolicy implements Word {
    /** It is deleted. */
    REAP("reap"),
    /** It is stopped and kept. */
    KEEP("keep"),
    /** It is stopped; runs and totals are kept. */
    SNAPSHOT("snapshot");

    private final String word;

    ExitPolicy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
