package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The verbs that name one command or pipeline, make one call with it and print one line. */
final class JobVerb implements Verb {
    private final String summary;
    private final String method;
    private final boolean grace;

    private JobVerb(String summary, String method, boolean grace) {
        this.summary = summary;
        this.method = method;
        this.grace = grace;
    }

    static JobVerb start() {
        return new JobVerb("start a stored command", "StartCommand", false);
    }

    static JobVerb stop() {
        return new JobVerb("stop a command", "StopCommand", true);
    }

    static JobVerb restart() {
        return new JobVerb("restart a stored command", "RestartCommand", true);
    }

    static JobVerb retryNow() {
        return new JobVerb("do a restart now that is due later, of a command or pipeline", "RetryNow", false);
    }

    static JobVerb stopPipeline() {
        return new JobVerb("stop a pipeline", "StopPipeline", true);
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        if (grace) {
            flags.grace();
        }
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        if (grace) {
            in.putGrace(parameters);
        }
        ObjectNode reply = in.call(method, parameters);
        in.print(reply, line(reply));
        return 0;
    }

    private static String line(ObjectNode reply) {
        String id = reply.path("id").asText();
        String ended = Replies.text(reply, "ended");
        if (ended != null) {
            return "stopped " + id + " (ended " + ended + ")";
        }
        String pid = Replies.text(reply, "pid");
        return id + (pid == null ? "" : "  pid=" + pid);
    }
}
