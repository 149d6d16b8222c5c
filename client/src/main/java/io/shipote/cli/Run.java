package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import io.shipote.client.ConnectionException;
import io.shipote.client.Upgraded;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** {@code run}: starts a command in a workspace. */
final class Run implements Verb {
    /** The workspace of commands for which none is named; created when it is missing. */
    static final String DEFAULT_WORKSPACE = "default";

    private static final String METHOD = Session.INTERFACE + "Run";

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
        return in.has("wait") || in.has("follow") || in.has("input");
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
        flags.flag(
                "i",
                "input",
                "read this process's standard input, and follow; it ends with this process or the daemon");
        flags.value("stop-signal", "SIGNAL", "what ends it: a name or number; TERM without it");
        flags.value("stop-grace", "TIME", "time between that and SIGKILL");
        flags.flag("detach-children", "leave alone what is left when it ends by itself");
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
        parameters.set("spec", RunSpec.of(in, System.getenv(), Readable.require(System.getProperty("user.dir"))));
        in.putText(parameters, "name", "name");
        RunSpec.putRestart(parameters, in);
        in.putFlag(parameters, "strict", "strict");
        if (!in.has("input")) {
            return show(in, start(in, workspace, calls -> calls.call(METHOD, parameters)));
        }
        checkInput(in);
        try (Connection own = in.session().another()) {
            Upgraded<ObjectNode> answer = start(in, workspace, calls -> own.upgrade(METHOD, parameters));
            return reading(Input.copying(answer.stream(), in.console()), () -> show(in, answer.reply()));
        }
    }

    /** The status of what reads from us; ours if it did well only because it did not get all. */
    private static int reading(Input input, IntSupplier awaited) {
        int status;
        try {
            status = awaited.getAsInt();
        } catch (ShipoteException | ConnectionException e) {
            input.lost();
            throw e;
        }
        return input.lost() && status == 0 ? Failures.OURS : status;
    }

    private static void checkInput(Invocation in) {
        if (in.value("restart") != null && !in.value("restart").equals("never")) {
            throw new UsageException("-i and --restart exclude each other: what one run has read is gone for the next");
        }
        if (in.value("stdin") != null) {
            throw new UsageException("-i and --stdin exclude each other");
        }
    }

    /** Tells what has been started, and waits for it if that was asked for. */
    private int show(Invocation in, ObjectNode started) {
        boolean follow = in.has("follow") || in.has("input") && !in.has("wait");
        Replies.tellApplied(started.path("applied"), in.console());
        boolean foreground = passesStatus(in);
        String line =
                started.path("id").asText() + "  pid=" + started.path("pid").asText();
        if (follow && in.json()) {
            in.printJsonLine(started);
        } else if (follow) {
            // Standard output is the command's.
            in.console().err((line + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (!(foreground && in.json())) {
            in.print(started, line);
        }
        return foreground ? Foreground.ofCommand(in, started).await(follow) : 0;
    }

    /** Makes the default workspace if that is meant and missing. */
    private static <T> T start(Invocation in, String workspace, Function<Connection, T> call) {
        Connection connection = in.session().connection();
        try {
            return call.apply(connection);
        } catch (ShipoteException e) {
            if (workspace != null || e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
        createDefault(in);
        return call.apply(connection);
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
