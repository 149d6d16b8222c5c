package io.shipote.card;

/** What happens when a quota is exceeded. */
public enum QuotaAction implements Word {
    NONE("none"),
    LOG("log"),
    KILL("kill");

    private final String word;

    QuotaAction(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
