package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code pause} and {@code resume}, of commands, pipelines and workspaces: keep it from running, and let it go on. */
final class Pause implements Verb {
    private final boolean pause;
    private final String what;

    private Pause(boolean pause, String what) {
        this.pause = pause;
        this.what = what;
    }

    static Pause command(boolean pause) {
        return new Pause(pause, "command");
    }

    static Pause pipeline(boolean pause) {
        return new Pause(pause, "pipeline");
    }

    static Pause workspace(boolean pause) {
        return new Pause(pause, "workspace");
    }

    private boolean ofWorkspace() {
        return what.equals("workspace");
    }

    @Override
    public String summary() {
        return pause ? "freeze a " + what + " until it is resumed" : "let a paused " + what + " go on";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        if (!ofWorkspace()) {
            flags.workspace("where names are looked up");
        }
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = ofWorkspace() ? callWorkspace(in) : call(in);
        String how = reply.path("how").asText();
        String shown = pause ? "paused " : "resumed ";
        in.print(reply, shown + reply.path("id").asText() + (how.isEmpty() ? "" : " (" + how + ")"));
        return 0;
    }

    private ObjectNode call(Invocation in) {
        return pause ? in.call("Pause", in.target()) : in.call("Resume", in.target());
    }

    private ObjectNode callWorkspace(Invocation in) {
        return pause ? in.call("PauseWorkspace", in.target()) : in.call("ResumeWorkspace", in.target());
    }
}
