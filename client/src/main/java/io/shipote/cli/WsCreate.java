package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceSpec;

/** {@code ws create}: from a spec file, from options, or from a file with some of it changed by options. */
final class WsCreate implements Verb {
    private static final String OVER_MEMORY = "over-memory";
    private static final String OVER_PIDS = "over-pids";

    @Override
    public String summary() {
        return "create a workspace and print its id";
    }

    @Override
    public String arguments() {
        return "[SPEC.toml|SPEC.json]";
    }

    @Override
    public void options(Flags flags) {
        flags.value("label", "TEXT", "its name");
        LimitFlags.add(flags);
        flags.value(OVER_MEMORY, "WHAT", "where the kernel does not keep the memory limit: none, log or kill");
        flags.value(OVER_PIDS, "WHAT", "where the kernel does not keep the process limit: none, log or kill");
        flags.value("nofile", "N", "limit of open files per process");
        flags.value("ttl", "TIME", "time to live, such as 2h");
        flags.value("on-exit", "WHAT", "when the time is over: reap, keep or snapshot");
        flags.value("affinity", "CPUS", "processors allowed, such as 0,1 or 0-3");
        flags.value("namespaces", "LIST", "namespaces of its commands' own, such as net,pid");
        flags.value("user", "USER[:GROUP]", "run its commands as this user");
        flags.flag("strict", "fail unless all of it can be applied");
    }

    @Override
    public int run(Invocation in) {
        String path = in.optional("SPEC");
        SpecFile file = path == null ? null : SpecFile.read(path);
        ObjectNode tree = file == null ? JsonNodeFactory.instance.objectNode() : file.tree();
        change(tree, in);
        check(tree, file);
        ObjectNode parameters = Invocation.parameters();
        parameters.set("spec", tree);
        in.putFlag(parameters, "strict", "strict");
        ObjectNode reply = in.call("CreateWorkspace", parameters);
        Replies.tellApplied(reply.path("applied"), in.console());
        in.print(reply, reply.path("id").asText());
        return 0;
    }

    private static void change(ObjectNode spec, Invocation in) {
        if (in.value("label") != null) {
            spec.put("label", in.value("label"));
        }
        if (!spec.has("label")) {
            throw new UsageException("a workspace needs a label (give SPEC or --label)");
        }
        if (in.duration("ttl") != null) {
            spec.put("ttl", in.duration("ttl"));
        }
        if (in.value("on-exit") != null) {
            spec.put("on_exit", in.value("on-exit"));
        }
        LimitFlags.change(spec, in);
        if (in.value(OVER_MEMORY) != null) {
            spec.withObject("/quota_enforce").put("mem", in.value(OVER_MEMORY));
        }
        if (in.value(OVER_PIDS) != null) {
            spec.withObject("/quota_enforce").put("nproc", in.value(OVER_PIDS));
        }
        if (in.number("nofile") != null) {
            LimitFlags.soma(spec).withObject("/rlimits").put("nofile", in.number("nofile"));
        }
        if (in.value("affinity") != null) {
            LimitFlags.soma(spec).set("cpu_affinity", processors("--affinity", in.value("affinity")));
        }
        if (in.value("namespaces") != null) {
            LaunchOptions.namespaces(LimitFlags.soma(spec).withObject("/namespaces"), in.value("namespaces"));
        }
        if (in.value("user") != null) {
            LimitFlags.soma(spec).set("run_as", UserName.runAs(in.value("user")));
        }
    }

    /** Numbers and ranges of numbers, separated by commas. */
    static ArrayNode processors(String option, String text) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        int start = 0;
        while (start <= text.length()) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            String part = text.substring(start, end);
            int dash = part.indexOf('-');
            long first = Sizes.count(option, dash < 0 ? part : part.substring(0, dash));
            long last = dash < 0 ? first : Sizes.count(option, part.substring(dash + 1));
            if (last < first || last > 8_191) {
                throw new UsageException(option + " is no list of processors: " + part);
            }
            for (long processor = first; processor <= last; processor++) {
                list.add(processor);
            }
            start = end + 1;
        }
        return list;
    }

    private static void check(ObjectNode tree, SpecFile file) {
        Problems problems = new Problems();
        WorkspaceSpec spec = WorkspaceSpec.decode(tree, "", problems);
        if (problems.isEmpty()) {
            spec.check(problems);
        }
        SpecFile.throwIfAny(problems, file);
    }
}
