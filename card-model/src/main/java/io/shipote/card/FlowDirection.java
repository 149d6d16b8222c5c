package io.shipote.card;

/** Which way a workspace's flow goes. */
public enum FlowDirection implements Word {
    INPUT("input"),
    OUTPUT("output");

    private final String word;

    FlowDirection(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
