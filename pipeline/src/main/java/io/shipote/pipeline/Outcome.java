package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.core.Supervisor;
import java.util.List;

/**
 * How a pipeline ended, from how its stages did: it failed if any stage did, but a stage that was ended by SIGPIPE
 * (or says so with status 141, as shells do) is forgiven if a consumer of it ended well, like {@code yes | head}.
 *
 * @param ending what supervision makes of it
 * @param status what a shell with pipefail would see: that of the last stage that failed, else 0
 * @param why in words
 */
record Outcome(Supervisor.Ending ending, int status, String why) {
    private static final int SIGPIPE = 13;
    private static final int SHELL_SIGPIPE = 128 + SIGPIPE;

    /** @param exits how each stage ended, in the order of the nodes */
    static Outcome of(Graph graph, List<String> labels, List<ExitStatus> exits) {
        Outcome outcome = new Outcome(Supervisor.Ending.WELL, 0, "every stage ended well");
        boolean[] good = new boolean[exits.size()];
        List<Integer> order = graph.order();
        // Consumers first: whether a stage is forgiven depends on them.
        for (int i = order.size() - 1; i >= 0; i--) {
            int node = order.get(i);
            good[node] =
                    exits.get(node).success() || (brokenPipe(exits.get(node)) && consumerEndedWell(graph, node, good));
        }
        for (int node : order) {
            if (good[node]) {
                continue;
            }
            ExitStatus exit = exits.get(node);
            boolean unknown = exit instanceof ExitStatus.Unknown;
            if (unknown && outcome.ending() == Supervisor.Ending.BADLY) {
                continue;
            }
            outcome = new Outcome(
                    unknown ? Supervisor.Ending.UNKNOWN : Supervisor.Ending.BADLY,
                    exit.shellStatus(),
                    "stage '" + labels.get(node) + "': " + exit.describe());
        }
        return outcome;
    }

    /** Whether a stage that ended so has failed, as far as can be told before the others have ended. */
    static boolean failed(ExitStatus exit) {
        return !exit.success() && !brokenPipe(exit);
    }

    private static boolean brokenPipe(ExitStatus exit) {
        if (exit instanceof ExitStatus.Signalled signalled) {
            return signalled.signal() == SIGPIPE;
        }
        return exit instanceof ExitStatus.Exited exited && exited.code() == SHELL_SIGPIPE;
    }

    private static boolean consumerEndedWell(Graph graph, int node, boolean[] good) {
        for (int consumer : graph.consumers(node)) {
            if (good[consumer]) {
                return true;
            }
        }
        return false;
    }
}
