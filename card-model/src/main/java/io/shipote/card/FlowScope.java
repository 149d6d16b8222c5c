package io.shipote.card;

/** Who may see a workspace's flow. */
public enum FlowScope implements Word {
    WORKSPACE("workspace"),
    PUBLIC("public");

    private final String word;

    FlowScope(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
