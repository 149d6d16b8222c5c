package io.shipote.card;

/** A system service that is imitated for a legacy command, in the order in which they are written. */
public enum Fake implements Word {
    SYSTEMD_LOGIND("SystemdLogind"),
    SYSTEMD_HOSTNAMED("SystemdHostnamed"),
    SYSTEMD_NOTIFY("SystemdNotify");

    private final String word;

    Fake(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
