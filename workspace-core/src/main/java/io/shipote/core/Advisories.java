package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.Fake;
import io.shipote.card.Payload;
import io.shipote.card.Supervision;
import io.shipote.card.wire.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a command's card says that is kept and shown, and that nothing acts upon. */
final class Advisories {
    private Advisories() {}

    static List<Applied> of(CommandRef command) {
        List<Applied> all = new ArrayList<>();
        if (command.payload() instanceof Payload.Legacy legacy
                && !legacy.fakes().isEmpty()) {
            String names = legacy.fakes().stream().map(Fake::word).collect(Collectors.joining(", "));
            all.add(Applied.advisory("fakes", "kept; " + names + ": no service is imitated, it runs as Native does"));
        }
        if (command.supervision() instanceof Supervision.Delegate) {
            all.add(Applied.advisory("supervision", "Delegate: somebody else restarts it, this daemon does not"));
        }
        return all;
    }
}
