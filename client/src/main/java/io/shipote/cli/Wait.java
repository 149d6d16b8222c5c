package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** {@code wait}: until a command or pipeline has ended for good; its status becomes ours. */
final class Wait implements Verb {
    @Override
    public String summary() {
        return "wait for a command or pipeline and exit with its status";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
    }

    @Override
    public boolean passesStatus(Invocation in) {
        return true;
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("Wait", in.target());
        if (in.json()) {
            in.printJson(reply);
        } else if (reply.path("exit").path("kind").asText().equals("unknown")) {
            // The number alone would not tell this from a failure of ours.
            String line =
                    "shipote: " + in.only("TARGET") + " " + reply.path("why").asText() + "\n";
            in.console().err(line.getBytes(StandardCharsets.UTF_8));
        }
        return reply.path("status").asInt(Failures.OURS);
    }
}
