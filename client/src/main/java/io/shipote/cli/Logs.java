package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code logs}: what a command or pipeline has written, byte for byte. */
final class Logs implements Verb {
    @Override
    public String summary() {
        return "show what a command or pipeline has written";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.value("tail", "BYTES", "only the last so many bytes of each stream");
        flags.value("stream", "WHICH", "stdout, stderr or both");
        flags.value("run", "RUN", "an earlier run of a command (show lists them)");
        flags.flag("f", "follow", "go on with what is written later");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode request = in.target();
        String stream = in.value("stream") == null ? "both" : in.value("stream");
        if (!stream.equals("stdout") && !stream.equals("stderr") && !stream.equals("both")) {
            throw new UsageException("--stream must be one of stdout, stderr, both, not " + stream);
        }
        request.put("stream", stream);
        Long tail = in.size("tail");
        if (tail != null) {
            request.put("tail", tail);
        }
        in.putText(request, "run", "run");
        if (in.has("follow")) {
            request.put("follow", true);
        }
        LogOutput.stream(in.session().connection(), request, in);
        return 0;
    }
}
