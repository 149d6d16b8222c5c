package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.NoDaemonException;

/**
 * {@code doctor}: whether the host and the installation are as they should be. The daemon's program looks at the host as a
 * daemon would; a daemon that runs is asked too, none is started.
 */
final class Doctor implements Verb {
    private static final String FIX = "fix";
    private static final String DAEMON = "daemon";
    private static final int VERDICT_WIDTH = "warning".length();

    @Override
    public String summary() {
        return "check the host and the installation, and say what to do";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.flag(FIX, "put right what needs no choice: modes of directories, leftovers of dead daemons");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ArrayNode ofDaemon = JsonNodeFactory.instance.arrayNode();
        ObjectNode health = health(in, ofDaemon);
        DoctorProgram program = new DoctorProgram(in.session().socket(), in.has(FIX));
        if (health != null) {
            program.state(Replies.text(health, "state_directory"));
        }
        ObjectNode report = program.run();
        ArrayNode findings = report.withArray("findings");
        if (health != null) {
            daemon(health, Replies.text(report, "version"), ofDaemon);
        }
        findings.addAll(ofDaemon);
        String worst = worst(findings);
        ObjectNode reply = Invocation.parameters();
        reply.put("state", worst);
        reply.set("version", report.path("version"));
        reply.set("findings", findings);
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(text(findings));
        }
        return worst.equals("problem") ? Failures.OPERATION : 0;
    }

    /** The daemon's answer; null, and a finding, if there is none. */
    private static ObjectNode health(Invocation in, ArrayNode findings) {
        try {
            return in.session().existing().call(Session.INTERFACE + "Health", Invocation.parameters());
        } catch (NoDaemonException none) {
            add(findings, "ok", "none runs; it is started when it is needed", null);
        } catch (ConnectionException silent) {
            add(findings, "problem", "it does not answer: " + silent.getMessage(), "look into its log");
        } catch (ShipoteException refused) {
            add(findings, "problem", "it refuses to answer: " + refused.getMessage(), null);
        }
        return null;
    }

    /** What a daemon that runs says of itself. */
    private static void daemon(ObjectNode health, String installed, ArrayNode findings) {
        String running = Replies.text(health, "version");
        add(findings, "ok", "pid " + Replies.text(health, "pid") + ", " + Replies.text(health, "state"), null);
        if (!installed.equals(running)) {
            add(
                    findings,
                    "warning",
                    "version " + running + " runs, " + installed + " is installed",
                    "shipote daemon stop; what runs goes on, and the next call starts the new one");
        }
        for (JsonNode one : health.path("degraded")) {
            add(findings, "warning", one.asText(), "its log says more");
        }
        if (health.path("quarantined").asLong() > 0) {
            add(
                    findings,
                    "warning",
                    health.path("quarantined").asText() + " entries of the state are set aside",
                    "see why: shipote snapshot verify");
        }
    }

    private static void add(ArrayNode findings, String verdict, String found, String advice) {
        ObjectNode one = findings.addObject();
        one.put("check", DAEMON).put("verdict", verdict).put("found", found);
        one.put("advice", advice).put("fixed", false);
    }

    private static String worst(ArrayNode findings) {
        String worst = "ok";
        for (JsonNode one : findings) {
            String verdict = one.path("verdict").asText();
            if (verdict.equals("problem") || verdict.equals("warning") && worst.equals("ok")) {
                worst = verdict;
            }
        }
        return worst;
    }

    /** One line a finding, and one more for what to do. */
    static String text(JsonNode findings) {
        int width = 0;
        for (JsonNode one : findings) {
            width = Math.max(width, one.path("check").asText().length());
        }
        StringBuilder out = new StringBuilder();
        for (JsonNode one : findings) {
            String verdict = one.path("fixed").asBoolean()
                    ? "fixed"
                    : one.path("verdict").asText();
            line(
                    out,
                    width,
                    verdict,
                    one.path("check").asText(),
                    one.path("found").asText());
            if (one.hasNonNull("advice")) {
                line(out, width, "", "", "-> " + one.path("advice").asText());
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, int width, String verdict, String check, String text) {
        out.append(padded(verdict, VERDICT_WIDTH))
                .append("  ")
                .append(padded(check, width))
                .append("  ")
                .append(Table.printable(text))
                .append('\n');
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
