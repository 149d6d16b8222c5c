package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problem;
import io.shipote.card.Problems;

/** {@code pipeline check}: tells all that is wrong with a spec. Needs no daemon. */
final class PipelineCheck implements Verb {
    @Override
    public String summary() {
        return "check a pipeline's spec without running it";
    }

    @Override
    public String arguments() {
        return "SPEC.toml|SPEC.json";
    }

    @Override
    public int run(Invocation in) {
        if (in.json()) {
            return json(in);
        }
        PipelineSpec spec = PipelineSource.ofFile(in.only("SPEC")).checked();
        in.console()
                .line("ok: " + count(spec.nodes().size(), "command") + ", "
                        + count(spec.edges().size(), "edge"));
        return 0;
    }

    private static int json(Invocation in) {
        ObjectNode reply = Invocation.parameters();
        ArrayNode list = reply.putArray("problems");
        try {
            Problems problems = PipelineSource.ofFile(in.only("SPEC")).problems();
            for (Problem problem : problems.list()) {
                list.addObject().put("path", problem.path()).put("message", problem.message());
            }
        } catch (SpecException e) {
            // It could not be read far enough for a path.
            for (String line : e.lines()) {
                list.addObject().put("path", "").put("message", line);
            }
        }
        in.printJson(reply);
        return list.isEmpty() ? 0 : Failures.OPERATION;
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
