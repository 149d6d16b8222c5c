package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ShipoteException;

/** {@code pipeline run-saved}: runs a pipeline that was kept under a name. */
final class PipelineRunSaved implements Verb {
    @Override
    public String summary() {
        return "run a saved pipeline";
    }

    @Override
    public String arguments() {
        return "NAME";
    }

    @Override
    public boolean passesStatus(Invocation in) {
        return in.has("wait") || in.has("follow");
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("the workspace instead of the saved one; without any 'default', created when missing");
        flags.value("version", "N", "an older version, see pipeline saved NAME --versions");
        PipelineRun.commonOptions(flags);
    }

    /** One that was saved without a workspace runs where one that is not saved would. */
    private static ObjectNode start(Invocation in, ObjectNode parameters) {
        try {
            return in.call("RunSavedPipeline", parameters);
        } catch (ShipoteException e) {
            boolean nowhere = e.fields().get("target") instanceof JsonNode
                    && ((JsonNode) e.fields().get("target")).asText().equals(PipelineSource.NO_WORKSPACE);
            if (!nowhere) {
                throw e;
            }
        }
        parameters.put("workspace", Run.DEFAULT_WORKSPACE);
        return PipelineRun.start(in, "RunSavedPipeline", parameters, true);
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("name", in.only("NAME"));
        Long version = in.number("version");
        if (version != null) {
            parameters.put("version", version);
        }
        if (in.has("dry-run")) {
            // Variables may stand in the values, too.
            parameters.put("show_env", true);
            ObjectNode saved = in.call("ShowSavedPipeline", parameters);
            return PipelineRun.dryRun(in, PipelineSource.ofSaved((ObjectNode) saved.path("spec")));
        }
        in.putText(parameters, "workspace", "workspace");
        PipelineRun.putVariables(parameters, in);
        return PipelineRun.finish(in, start(in, parameters));
    }
}
