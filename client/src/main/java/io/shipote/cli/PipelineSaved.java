package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pipeline saved}: names of the saved pipelines, or one of them in full. */
final class PipelineSaved implements Verb {
    @Override
    public String summary() {
        return "list the saved pipelines, or show one";
    }

    @Override
    public String arguments() {
        return "[NAME]";
    }

    @Override
    public int run(Invocation in) {
        String name = in.optional("NAME");
        if (name != null) {
            ObjectNode reply =
                    in.call("ShowSavedPipeline", Invocation.parameters().put("name", name));
            in.printJson(in.json() ? reply : (ObjectNode) reply.path("spec"));
            return 0;
        }
        ObjectNode reply = Replies.allPages(in, "ListSavedPipelines", Invocation.parameters(), "names");
        if (in.json()) {
            in.printJson(reply);
            return 0;
        }
        StringBuilder out = new StringBuilder();
        for (JsonNode one : reply.path("names")) {
            out.append(Table.printable(one.asText())).append('\n');
        }
        in.console().text(out.length() == 0 ? "(no saved pipelines)\n" : out.toString());
        return 0;
    }
}
