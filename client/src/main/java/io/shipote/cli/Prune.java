package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code prune}: removes what has ended and is not declared, with its logs. */
final class Prune implements Verb {
    @Override
    public String summary() {
        return "remove what has ended, with its logs";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only that of this workspace");
        flags.value("older", "TIME", "only what ended that long ago");
        flags.flag("dry-run", "only show what it would be");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        in.putText(parameters, "workspace", "workspace");
        Long older = in.duration("older");
        if (older != null) {
            parameters.put("older_ms", older);
        }
        in.putFlag(parameters, "dry_run", "dry-run");
        ObjectNode reply = in.call("Prune", parameters);
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(text(reply, in.has("dry-run")));
        }
        return 0;
    }

    static String text(ObjectNode reply, boolean dryRun) {
        StringBuilder out = new StringBuilder();
        for (JsonNode job : reply.path("pruned")) {
            out.append(job.path("id").asText())
                    .append("  ")
                    .append(job.path("kind").asText())
                    .append("  ")
                    .append(Table.printable(job.path("label").asText()))
                    .append('\n');
        }
        long total = reply.path("pruned_total").asLong();
        long more = total - reply.path("pruned").size();
        if (more > 0) {
            out.append("… and ").append(more).append(" more\n");
        }
        return out.append(dryRun ? "would remove " : "removed ")
                .append(total)
                .append(total == 1 ? " command or pipeline\n" : " commands and pipelines\n")
                .toString();
    }
}
