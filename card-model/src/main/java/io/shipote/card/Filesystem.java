package io.shipote.card;

/** What a workspace's commands may do to files. */
public enum Filesystem implements Word {
    NONE("none"),
    READ_ONLY("read-only"),
    READ_WRITE("read-write");

    private final String word;

    Filesystem(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
