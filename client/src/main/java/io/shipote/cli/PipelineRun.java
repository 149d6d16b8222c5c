package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvValues;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code pipeline run}: from a spec file, or from stages that form a chain. */
final class PipelineRun implements Verb {
    @Override
    public String summary() {
        return "run a pipeline";
    }

    @Override
    public String arguments() {
        return "[SPEC.toml|SPEC.json]";
    }

    @Override
    public boolean passesStatus(Invocation in) {
        return in.has("wait") || in.has("follow");
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("the workspace instead of the spec's; without any 'default', created when missing");
        flags.value("stage", "'CMD ARGS'", "one more stage of a chain, instead of SPEC");
        flags.flag("restart", "start it again when it fails");
        commonOptions(flags);
    }

    /** The options that running a saved pipeline has too. */
    static void commonOptions(Flags flags) {
        flags.value("var", "K=V", "fills ${K} in the spec; may be repeated");
        flags.flag("dry-run", "print the spec as it would run, and start nothing");
        flags.flag(Flags.SHOW_ENV, "with --dry-run: the values of environment variables too");
        flags.flag("tap", "let the edges be watched");
        flags.flag("strict", "fail unless all that is asked for can be applied");
        flags.flag("wait", "wait until it ends and exit with its status");
        flags.flag("follow", "the same, and show the output of its last stages and all errors");
    }

    @Override
    public int run(Invocation in) {
        PipelineSource source = source(in);
        if (in.has("restart")) {
            source.spec().put("restart_on_failure", true);
        }
        if (in.has("dry-run")) {
            return dryRun(in, source);
        }
        source.expanded(variables(in));
        ObjectNode parameters = Invocation.parameters();
        parameters.set("spec", source.spec());
        in.putText(parameters, "workspace", "workspace");
        putVariables(parameters, in);
        boolean usesDefault = in.value("workspace") == null && !source.namesWorkspace();
        if (usesDefault) {
            parameters.put("workspace", Run.DEFAULT_WORKSPACE);
        }
        return finish(in, start(in, "RunPipeline", parameters, usesDefault));
    }

    /** Prints the spec as it would run; exits with 2 if there is anything wrong with it. */
    static int dryRun(Invocation in, PipelineSource source) {
        ObjectNode expanded;
        try {
            expanded = source.expanded(variables(in)).encode();
        } catch (SpecException e) {
            e.lines().forEach(in.console()::complain);
            return Failures.USAGE;
        }
        if (!source.namesWorkspace()) {
            expanded.remove("workspace");
        }
        in.printJson(in.has(Flags.SHOW_ENV) ? expanded : EnvValues.hidden(expanded));
        return 0;
    }

    private static PipelineSource source(Invocation in) {
        String path = in.optional("SPEC");
        List<String> stages = in.values("stage");
        if (path == null == stages.isEmpty()) {
            throw new UsageException("either SPEC or --stage is needed, and not both");
        }
        return path == null
                ? PipelineSource.ofStages(stages, Readable.require(System.getProperty("user.dir")))
                : PipelineSource.ofFile(path);
    }

    /** @param usesDefault whether the default workspace is to be created where it is missing */
    static ObjectNode start(Invocation in, String method, ObjectNode parameters, boolean usesDefault) {
        try {
            return in.call(method, parameters);
        } catch (ShipoteException e) {
            if (!usesDefault || e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
        Run.createDefault(in);
        return in.call(method, parameters);
    }

    static void putVariables(ObjectNode parameters, Invocation in) {
        in.putFlag(parameters, "tap", "tap");
        in.putFlag(parameters, "strict", "strict");
        variables(in).forEach((name, value) -> parameters.withObject("/vars").put(name, value));
    }

    static Map<String, String> variables(Invocation in) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : in.values("var")) {
            int sign = variable.indexOf('=');
            if (sign <= 0) {
                throw new UsageException("--var is no K=V: " + variable);
            }
            variables.put(variable.substring(0, sign), variable.substring(sign + 1));
        }
        return variables;
    }

    /** Tells what was started and, with {@code --wait}, waits for it. */
    static int finish(Invocation in, ObjectNode started) {
        Replies.tellApplied(started.path("applied"), in.console());
        boolean follow = in.has("follow");
        boolean wait = follow || in.has("wait");
        if (follow && !in.json()) {
            // Standard output belongs to the stages.
            in.console().err(("pipeline " + started.path("id").asText() + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (!in.json()) {
            StringBuilder out = new StringBuilder("pipeline ");
            out.append(started.path("id").asText()).append('\n');
            in.console().text(out.append(stages(started.path("stages"))).toString());
        } else if (!wait) {
            in.printJson(started);
        }
        return wait ? Foreground.ofPipeline(in, started).await(follow) : 0;
    }

    /** A line for each, in columns. */
    private static String stages(JsonNode stages) {
        int width = 0;
        for (JsonNode stage : stages) {
            width = Math.max(
                    width, Table.printable(stage.path("label").asText()).length());
        }
        StringBuilder out = new StringBuilder();
        for (JsonNode stage : stages) {
            String label = Table.printable(stage.path("label").asText());
            out.append("  ").append(label).append(" ".repeat(width - label.length()));
            out.append("  ").append(stage.path("command").asText());
            out.append("  pid=").append(stage.path("pid").asText()).append('\n');
        }
        return out.toString();
    }
}
