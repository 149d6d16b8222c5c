package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pipeline's spec as the user gives it: a file, or stages on the command line. */
final class PipelineSource {
    /** Stands for "wherever": a saved spec that names no workspace has it. */
    static final String NO_WORKSPACE = "00000000000000000000000000";

    private final SpecFile file;
    private final ObjectNode spec;
    private final boolean namesWorkspace;

    private PipelineSource(SpecFile file, ObjectNode spec) {
        this.file = file;
        this.spec = spec;
        this.namesWorkspace =
                spec.hasNonNull("workspace") && !spec.path("workspace").asText().equals(NO_WORKSPACE);
        if (!namesWorkspace) {
            // The card must have one; the call's workspace stands above it.
            spec.put("workspace", NO_WORKSPACE);
        }
    }

    static PipelineSource ofSaved(ObjectNode spec) {
        return new PipelineSource(null, spec);
    }

    static PipelineSource ofFile(String path) {
        SpecFile file = SpecFile.read(path);
        return new PipelineSource(file, file.tree());
    }

    /**
     * A chain: the standard output of each stage is the standard input of the next.
     *
     * @param directory the working directory of every stage
     */
    static PipelineSource ofStages(List<String> stages, String directory) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.putNull("label");
        ArrayNode nodes = spec.putArray("nodes");
        ArrayNode edges = spec.putArray("edges");
        Map<String, Integer> uses = new HashMap<>();
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < stages.size(); i++) {
            List<String> words = ShellWords.split(stages.get(i));
            if (words.isEmpty()) {
                throw new UsageException("--stage " + (i + 1) + " is empty");
            }
            ObjectNode node = RunSpec.command(words, directory);
            String name = node.path("label").asText();
            int use = uses.merge(name, 1, Integer::sum);
            node.put("label", use == 1 ? name : name + "-" + use);
            nodes.add(node);
            label.append(i == 0 ? "" : " | ").append(name);
            if (i > 0) {
                edges.add(Edge.of(i - 1, i).encode());
            }
        }
        spec.put("label", label.toString());
        return new PipelineSource(null, spec);
    }

    ObjectNode spec() {
        return spec;
    }

    /** Whether the spec says itself where it runs. */
    boolean namesWorkspace() {
        return namesWorkspace;
    }

    /** All that is wrong with it, as a pipeline that is to run. */
    Problems problems() {
        return PipelineSpec.problems(spec);
    }

    /** @throws SpecException if anything is wrong with it, with all places */
    PipelineSpec checked() {
        SpecFile.throwIfAny(problems(), file);
        return decoded();
    }

    /**
     * The spec with these values put in.
     *
     * @throws SpecException if anything is wrong with it then, or with the values
     */
    PipelineSpec expanded(Map<String, String> values) {
        Problems problems = new Problems();
        PipelineSpec expanded = Template.expand(decoded(), values, problems);
        if (problems.isEmpty()) {
            expanded.check(problems);
        }
        SpecFile.throwIfAny(problems, file);
        return expanded;
    }

    /** @throws SpecException if it has not the form of a pipeline, with all places; templates may stand in it */
    PipelineSpec decoded() {
        Problems problems = new Problems();
        PipelineSpec decoded = PipelineSpec.decode(spec, "", problems);
        SpecFile.throwIfAny(problems.isEmpty() ? problems : problems(), file);
        return decoded;
    }
}
