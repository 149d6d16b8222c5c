package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import io.shipote.client.Upgraded;

/**
 * {@code pipeline tap} and {@code flow tail}: the bytes of an edge as they go by. They are the same but for where they begin:
 * {@code flow tail} at what has just gone by.
 */
final class PipelineTap implements Verb {
    private final boolean tail;

    private PipelineTap(boolean tail) {
        this.tail = tail;
    }

    static PipelineTap tap() {
        return new PipelineTap(false);
    }

    static PipelineTap tail() {
        return new PipelineTap(true);
    }

    @Override
    public String summary() {
        return tail
                ? "show the last bytes of an edge, and go on (pipeline tap --replay)"
                : "show the bytes of an edge as they go by";
    }

    @Override
    public String arguments() {
        return "PIPELINE EDGE";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        if (!tail) {
            flags.flag("replay", "begin with the last 64K, if the spec says that the edge is tapped");
        }
        flags.value("rate", "BYTES", "not more than so many a second; the rest is left out");
        flags.value("bytes", "N", "end after so many bytes");
        flags.value("lines", "N", "end after so many lines");
    }

    @Override
    public int run(Invocation in) {
        if (in.arguments().size() != 2) {
            throw new UsageException("one PIPELINE and one EDGE (its number, FROM->TO or FROM)");
        }
        ObjectNode parameters = Invocation.parameters();
        parameters.put("target", in.arguments().get(0));
        parameters.put("edge", in.arguments().get(1));
        in.putText(parameters, "workspace", "workspace");
        if (tail || in.has("replay")) {
            parameters.put("replay", true);
        }
        Long rate = in.size("rate");
        if (rate != null) {
            parameters.put("rate", rate);
        }
        TapOutput output = new TapOutput(in, in.size("bytes"), in.number("lines"));
        int status = one(in, parameters, output);
        while (output.replaced()) {
            // The last bytes would come once more.
            parameters.remove("replay");
            status = one(in, parameters, output);
        }
        return status;
    }

    private static int one(Invocation in, ObjectNode parameters, TapOutput output) {
        try (Connection own = in.session().another();
                Upgraded<ObjectNode> tap = own.upgrade(Session.INTERFACE + "TapPipeline", parameters)) {
            return output.show(tap);
        }
    }
}
