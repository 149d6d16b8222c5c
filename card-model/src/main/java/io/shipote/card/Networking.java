package io.shipote.card;

/** How far a workspace's commands may reach over the network. */
public enum Networking implements Word {
    NONE("none"),
    LOOPBACK("loopback"),
    OUTBOUND("outbound"),
    FULL("full");

    private final String word;

    Networking(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
