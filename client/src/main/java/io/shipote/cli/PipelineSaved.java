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
    public void options(Flags flags) {
        flags.value("version", "N", "an older version of NAME");
        flags.showEnv();
        flags.flag("versions", "the versions of NAME that are kept, newest first");
    }

    @Override
    public int run(Invocation in) {
        String name = in.optional("NAME");
        if (name != null) {
            ObjectNode parameters = Invocation.parameters().put("name", name);
            Long version = in.number("version");
            if (version != null) {
                parameters.put("version", version);
            }
            in.putFlag(parameters, "show_env", Flags.SHOW_ENV);
            ObjectNode reply = in.call("ShowSavedPipeline", parameters);
            if (in.has("versions") && !in.json()) {
                in.console().text(versions(reply.path("versions"), System.currentTimeMillis()));
            } else {
                in.printJson(in.json() ? reply : spec(reply));
            }
            return 0;
        }
        if (in.has("versions") || in.has("version")) {
            throw new UsageException("NAME is needed with --version and --versions");
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

    /** As its owner wrote it. */
    private static ObjectNode spec(ObjectNode reply) {
        ObjectNode spec = (ObjectNode) reply.path("spec");
        if (spec.path("workspace").asText().equals(PipelineSource.NO_WORKSPACE)) {
            spec.remove("workspace");
        }
        return spec;
    }

    private static String versions(JsonNode versions, long now) {
        Table table = new Table("VERSION", "STAGES", "EDGES", "SAVED");
        for (JsonNode one : versions) {
            table.row(
                    one.path("version").asText(),
                    one.path("stages").asText(),
                    one.path("edges").asText(),
                    CommandText.ago(Replies.since(one, "saved_ms", now)));
        }
        return table.text();
    }
}
