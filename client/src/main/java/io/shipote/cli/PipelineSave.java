package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline save}: keeps a spec under a name. */
final class PipelineSave implements Verb {
    @Override
    public String summary() {
        return "keep a pipeline's spec under a name";
    }

    @Override
    public String arguments() {
        return "NAME SPEC.toml|SPEC.json";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("the workspace it runs in instead of the spec's");
        flags.flag("replace", "a new version of one of the same name; the last 10 are kept");
    }

    @Override
    public int run(Invocation in) {
        if (in.arguments().size() != 2) {
            throw new UsageException("NAME and SPEC are needed");
        }
        ObjectNode parameters =
                Invocation.parameters().put("name", in.arguments().get(0));
        PipelineSource source = PipelineSource.ofFile(in.arguments().get(1));
        source.decoded();
        parameters.set("spec", source.spec());
        in.putText(parameters, "workspace", "workspace");
        in.putFlag(parameters, "replace", "replace");
        ObjectNode reply = in.call("SavePipeline", parameters);
        in.print(
                reply,
                (reply.path("replaced").asBoolean() ? "replaced " : "saved ")
                        + reply.path("name").asText()
                        + (reply.path("version").asLong(1) > 1
                                ? " (version " + reply.path("version").asText() + ")"
                                : ""));
        return 0;
    }
}
