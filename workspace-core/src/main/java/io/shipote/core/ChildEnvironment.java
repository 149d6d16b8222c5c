package io.shipote.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvMode;
import io.shipote.card.EnvVar;
import io.shipote.core.linux.Exec;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment of a process. Of these the later one counts: the daemon's own environment (or none, see {@link
 * EnvMode}), the file that the command's card names, the card itself, and what tells the process, and a later daemon,
 * where it belongs. One entry of a card never takes another variable away.
 */
final class ChildEnvironment {
    /** The run's id: how a process is found again when everything else is lost. */
    static final String RUN = "SHIPOTE_RUN";

    /** The kernel takes no longer string in an environment, {@code MAX_ARG_STRLEN} in execve(2); a name goes before it. */
    private static final int MAX_HOLDS = 128 * 1024 - 64;

    private static final Map<String, String> CLEARED = Map.of("PATH", Exec.DEFAULT_PATH);

    private final Map<String, String> inherited;

    ChildEnvironment(Map<String, String> inherited) {
        this.inherited = Map.copyOf(inherited);
    }

    List<String> of(LaunchPlan plan, EnvMode mode, List<EnvVar> fromFile) {
        Map<String, String> all = new LinkedHashMap<>(mode == EnvMode.CLEAR ? CLEARED : inherited);
        fromFile.forEach(variable -> all.put(variable.name(), variable.value()));
        for (EnvVar variable : Argv.environment(plan.spec())) {
            all.put(variable.name(), variable.value());
        }
        RunRecord record = plan.record();
        all.put(RUN, record.run().text());
        all.put("SHIPOTE_WORKSPACE", record.workspace().text());
        all.put("SHIPOTE_COMMAND", record.command().text());
        record.pipeline().ifPresent(id -> all.put("SHIPOTE_PIPELINE", id.text()));
        record.holds()
                .map(ObjectNode::toString)
                .filter(text -> text.length() < MAX_HOLDS)
                .ifPresent(text -> all.put(RunCensus.HOLDS, text));
        List<String> entries = new ArrayList<>(all.size());
        all.forEach((name, value) -> {
            if (!name.isEmpty() && name.indexOf('=') < 0) {
                entries.add(name + "=" + value);
            }
        });
        return entries;
    }
}
