package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;

/** {@code pipeline top}: the stages and edges of a pipeline as they work, and which stage holds the others up. */
final class PipelineTop implements Verb {
    @Override
    public String summary() {
        return "watch the stages and edges of a pipeline, and what holds it up";
    }

    @Override
    public String arguments() {
        return "PIPELINE";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.flag("once", "show it once and end");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        View view = new View();
        if (in.has("once")) {
            ObjectNode flows = in.call("ListFlows", parameters);
            show(in, view.next(in.call("ShowPipeline", parameters), flows), Terminal.ofProcess(in.console()), view);
            return 0;
        }
        Terminal terminal = Terminal.ofProcess(in.console());
        try (Connection second = in.session().another()) {
            second.stream(
                    Session.INTERFACE + "ListFlows",
                    parameters,
                    flows -> show(in, view.next(in.call("ShowPipeline", parameters), flows), terminal, view));
        }
        return 0;
    }

    private static void show(Invocation in, ObjectNode seen, Terminal terminal, View view) {
        if (!in.json()) {
            terminal.show(view.text(seen));
        } else if (in.has("once")) {
            in.printJson(seen);
        } else {
            in.printJsonLine(seen);
        }
    }

    /** Look after look. */
    static final class View {
        private final FlowText.Course course = new FlowText.Course();
        private JsonNode before = JsonNodeFactory.instance.arrayNode();

        /** One look as a document. */
        ObjectNode next(JsonNode shown, JsonNode flows) {
            JsonNode pipeline = shown.path("pipeline");
            Bottleneck bottleneck = new Bottleneck(pipeline.path("stages"), flows.path("flows"), before);
            ObjectNode seen = Invocation.parameters();
            seen.put("id", pipeline.path("id").asText());
            seen.put("state", pipeline.path("state").asText());
            seen.put("label", pipeline.path("label").asText());
            // What is frozen is full and empty where it happened to be; nobody holds anybody up then.
            boolean paused = pipeline.path("state").asText().equals("paused");
            seen.put("bottleneck", paused ? null : bottleneck.stage());
            seen.put("why", paused ? "nothing flows until it is resumed" : bottleneck.text());
            seen.set("stages", pipeline.path("stages"));
            seen.set("flows", flows.path("flows"));
            before = flows.path("flows");
            return seen;
        }

        /** The same for people. */
        String text(JsonNode seen) {
            Table stages = new Table("STAGE", "STATE", "PID", "CPU", "MEMORY", "COMMAND");
            for (JsonNode stage : seen.path("stages")) {
                stages.row(
                        Replies.text(stage, "label"),
                        Replies.text(stage, "state"),
                        Replies.text(stage, "pid"),
                        TopText.cpu(stage.path("usage")),
                        TopText.memory(stage.path("usage")),
                        Facts.joined(stage.path("argv"), " "));
            }
            return "pipeline " + Table.printable(seen.path("label").asText()) + ": "
                    + seen.path("state").asText() + "; "
                    + Table.printable(seen.path("why").asText()) + "\n\n"
                    + stages.text() + "\n" + course.table(seen.path("flows"));
        }
    }
}
