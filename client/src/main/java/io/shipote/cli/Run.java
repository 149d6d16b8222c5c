package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.nio.charset.StandardCharsets;

/** {@code run}: starts a command in a workspace. */
final class Run implements Verb {
    /** The workspace of commands for which none is named; created when it is missing. */
    static final String DEFAULT_WORKSPACE = "default";

    @Override
    public String summary() {
        return "run a command in a workspace";
    }

    @Override
    public String arguments() {
        return "[--] CMD ARG…";
    }

    @Override
    public boolean endsWithCommand() {
        return true;
    }

    @Override
    public boolean passesStatus(Invocation in) {
        return in.has("wait") || in.has("follow");
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("the workspace; without it 'default', created when missing");
        flags.value("name", "NAME", "keep the command under this name");
        flags.value("restart", "WHEN", "never, on-failure or always");
        flags.value("backoff", "TIME", "delay before the first restart; 0 at once");
        flags.value("max-backoff", "TIME", "the largest delay");
        flags.value("max-restarts", "N", "restarts since the last healthy time; 0 without limit");
        flags.value("on-unknown", "WHAT", "an exit that nobody saw: restart or hold");
        flags.value("env", "K=V", "one more variable; may be repeated");
        flags.flag("inherit-env", "pass on the caller's environment");
        flags.value("cwd", "DIR", "working directory instead of the caller's");
        flags.value("stdin", "FILE", "file to read from instead of nothing");
        LaunchOptions.add(flags);
        LimitFlags.add(flags);
        flags.flag("strict", "fail unless all that is asked for can be applied");
        flags.flag("wait", "wait until it ends and exit with its status");
        flags.flag("f", "follow", "show its output until it ends and exit with its status");
    }

    @Override
    public int run(Invocation in) {
        if (in.arguments().isEmpty()) {
            throw new UsageException("which command");
        }
        ObjectNode parameters = Invocation.parameters();
        String workspace = in.value("workspace");
        parameters.put("workspace", workspace == null ? DEFAULT_WORKSPACE : workspace);
        parameters.set("spec", RunSpec.of(in, System.getenv(), System.getProperty("user.dir")));
        in.putText(parameters, "name", "name");
        RunSpec.putRestart(parameters, in);
        in.putFlag(parameters, "strict", "strict");
        ObjectNode started = workspace == null ? runInDefault(in, parameters) : in.call("Run", parameters);
        Replies.tellApplied(started.path("applied"), in.console());
        boolean foreground = passesStatus(in);
        String line =
                started.path("id").asText() + "  pid=" + started.path("pid").asText();
        if (in.has("follow") && in.json()) {
            in.printJsonLine(started);
        } else if (in.has("follow")) {
            // Standard output is the command's.
            in.console().err((line + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (!(foreground && in.json())) {
            in.print(started, line);
        }
        return foreground ? Foreground.ofCommand(in, started).await(in.has("follow")) : 0;
    }

    private static ObjectNode runInDefault(Invocation in, ObjectNode parameters) {
        try {
            return in.call("Run", parameters);
        } catch (ShipoteException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
        createDefault(in);
        return in.call("Run", parameters);
    }

    /** Creates the workspace for commands that name none, unless it is there. */
    static void createDefault(Invocation in) {
        ObjectNode create = Invocation.parameters();
        create.putObject("spec").put("label", DEFAULT_WORKSPACE);
        try {
            in.call("CreateWorkspace", create);
        } catch (ShipoteException e) {
            // Someone else was first.
            if (e.code() != ErrorCode.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
