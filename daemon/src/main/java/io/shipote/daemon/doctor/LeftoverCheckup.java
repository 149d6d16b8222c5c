package io.shipote.daemon.doctor;

import io.shipote.core.garbage.Dens;
import io.shipote.core.garbage.Garbage;
import io.shipote.core.linux.OrphanGroups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What dead daemons have left behind. */
public final class LeftoverCheckup implements Checkup {
    private static final int SHOWN = 5;

    private final Garbage garbage;
    private final Dens dens;
    private final OrphanGroups groups;

    public LeftoverCheckup(Garbage garbage, Dens dens, OrphanGroups groups) {
        this.garbage = garbage;
        this.dens = dens;
        this.groups = groups;
    }

    @Override
    public String name() {
        return "leftovers";
    }

    @Override
    public List<Finding> look(boolean fix) throws IOException {
        List<Finding> found = new ArrayList<>();
        long now = System.currentTimeMillis();
        Garbage.Found seen = fix ? garbage.collect(dens, now) : garbage.look(dens, now);
        for (Garbage.Judged one : seen.all()) {
            String text = one.den().name() + ": " + one.why();
            switch (one.verdict()) {
                case DEAD ->
                    found.add(
                            one.gone()
                                    ? Finding.fixed(name(), text)
                                    : Finding.warning(name(), text, "the next daemon removes it, or --fix"));
                case UNCLEAR ->
                    found.add(Finding.warning(name(), text, "remove it by hand if you know that nobody uses it"));
                case ALIVE, RECENT -> {
                    // As it should be.
                }
            }
        }
        groups(groups.abandoned(fix), fix, found);
        if (found.isEmpty()) {
            found.add(Finding.ok(name(), "nothing is left of dead daemons (" + seen.scanned() + " looked at)"));
        }
        return found;
    }

    private void groups(List<String> abandoned, boolean fix, List<Finding> found) {
        if (abandoned.isEmpty()) {
            return;
        }
        String some = String.join(", ", abandoned.subList(0, Math.min(SHOWN, abandoned.size())));
        String text = abandoned.size() + " control groups without processes, of daemons whose state directory is gone: "
                + some + (abandoned.size() > SHOWN ? ", ..." : "");
        found.add(fix ? Finding.fixed(name(), text) : Finding.warning(name(), text, "remove them: --fix"));
    }
}
