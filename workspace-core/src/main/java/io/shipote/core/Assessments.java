package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.Problems;
import io.shipote.card.SomaSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.isolation.Asked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What will become of what commands ask for, told before any of them is started. Confined to the loop thread. */
public final class Assessments {
    private final Launcher launcher;

    public Assessments(Host host) {
        this.launcher = host.launcher();
    }

    /**
     * What applies to a command: what its workspace asks for, and what its own card adds to it.
     *
     * @param workspace prepared already
     * @param strict whether anything that is degraded makes it fail with NOT_APPLIED
     */
    public void ofCommand(Workspace workspace, CommandRef command, boolean strict, Answer<List<Applied>> answer) {
        assess(workspace, List.of(command), strict, answer, false);
    }

    /** The same for the stages of a pipeline; what a stage's card asks for has the stage's label in front. */
    public void ofStages(Workspace workspace, List<CommandRef> stages, boolean strict, Answer<List<Applied>> answer) {
        assess(workspace, stages, strict, answer, true);
    }

    private void assess(
            Workspace workspace,
            List<CommandRef> commands,
            boolean strict,
            Answer<List<Applied>> answer,
            boolean named) {
        SomaSpec soma = workspace.spec().soma();
        Problems problems = new Problems();
        List<CommandRef> asking = new ArrayList<>();
        for (CommandRef command : commands) {
            boolean same = Asked.of(soma, command, problems).equals(Asked.of(soma));
            if (!same || !Limits.of(command.soma()).equals(Limits.NONE)) {
                asking.add(command);
            }
        }
        problems.throwIfAny("the command in workspace '" + workspace.label() + "'");
        Map<String, Applied> all = new LinkedHashMap<>();
        workspace.applied().forEach(one -> all.put(one.item(), one));
        commands.forEach(command -> Advisories.of(command).forEach(one -> put(all, one, command, named)));
        if (asking.isEmpty()) {
            tell(List.copyOf(all.values()), strict, answer);
            return;
        }
        launcher.assess(workspace.id(), workspace.spec(), asking, results -> {
            for (int i = 0; i < results.size(); i++) {
                CommandRef command = asking.get(i);
                results.get(i).forEach(one -> put(all, one, command, named));
            }
            tell(List.copyOf(all.values()), strict, answer);
        });
    }

    private static void put(Map<String, Applied> all, Applied one, CommandRef command, boolean named) {
        String item = named ? command.label() + ": " + one.item() : one.item();
        all.put(item, new Applied(item, one.outcome(), one.why()));
    }

    private static void tell(List<Applied> applied, boolean strict, Answer<List<Applied>> answer) {
        boolean degraded = applied.stream().anyMatch(one -> one.outcome() == Applied.Outcome.DEGRADED);
        if (strict && degraded) {
            ShipoteException refusal = Workspaces.notApplied("nothing was started", applied);
            answer.fail(refusal);
        } else {
            answer.ok(applied);
        }
    }
}
