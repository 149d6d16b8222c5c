package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** How a process ended. */
public sealed interface ExitStatus
        permits ExitStatus.Exited,
                ExitStatus.Signalled,
                ExitStatus.NotStarted,
                ExitStatus.OomKilled,
                ExitStatus.Unknown {
    /** @param code 0 to 255 */
    record Exited(int code) implements ExitStatus {
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("exit code " + code);
            }
        }
    }

    /** @param signal 1 to 64 */
    record Signalled(int signal, boolean coreDumped) implements ExitStatus {
        public Signalled {
            if (signal < 1 || signal > Signals.MAX) {
                throw new IllegalArgumentException("signal " + signal);
            }
        }
    }

    /**
     * The program could not be run.
     *
     * @param errno Linux's number of the error
     * @param path the file it was about
     */
    record NotStarted(int errno, String path) implements ExitStatus {}

    /**
     * Killed by the kernel for want of memory.
     *
     * @param peakBytes the most that its group ever used, if the kernel counts that
     * @param limitBytes what its group may use, if there is a limit
     */
    record OomKilled(Optional<Long> peakBytes, Optional<Long> limitBytes) implements ExitStatus {
        /** Without figures. */
        public OomKilled() {
            this(Optional.empty(), Optional.empty());
        }
    }

    /** Ended while nobody watched. Counts as a failure. */
    record Unknown() implements ExitStatus {}

    /** Only code 0 is success. */
    default boolean success() {
        return this instanceof Exited && ((Exited) this).code() == 0;
    }

    /** The status a shell would give: 0 to 255, 128 and the signal, 126 or 127 if not started, 125 if unknown. */
    default int shellStatus() {
        if (this instanceof Exited) {
            return ((Exited) this).code();
        }
        if (this instanceof Signalled) {
            return 128 + ((Signalled) this).signal();
        }
        if (this instanceof NotStarted) {
            return ((NotStarted) this).errno() == Errnos.ENOENT ? 127 : 126;
        }
        return this instanceof OomKilled ? 128 + 9 : 125;
    }

    /** In words: {@code exit 3}, {@code killed by SIGTERM (15)} … */
    default String describe() {
        if (this instanceof Exited) {
            return "exit " + ((Exited) this).code();
        }
        if (this instanceof Signalled) {
            Signalled it = (Signalled) this;
            String core = it.coreDumped() ? ", core dumped" : "";
            return "killed by " + Signals.name(it.signal()) + " (" + it.signal() + ")" + core;
        }
        if (this instanceof NotStarted) {
            NotStarted it = (NotStarted) this;
            return "not started: " + it.path() + ": " + Errnos.text(it.errno());
        }
        if (this instanceof OomKilled) {
            OomKilled it = (OomKilled) this;
            return "killed: out of memory"
                    + it.peakBytes().map(bytes -> ", peak " + bytes + " bytes").orElse("")
                    + it.limitBytes()
                            .map(bytes -> ", limit " + bytes + " bytes")
                            .orElse("");
        }
        return "ended, exit status unknown";
    }

    default ObjectNode encode() {
        FieldWriter out = new FieldWriter(Shape.NEW);
        if (this instanceof Exited) {
            return out.put("kind", "exited").put("code", ((Exited) this).code()).end();
        }
        if (this instanceof Signalled) {
            Signalled it = (Signalled) this;
            return out.put("kind", "signalled")
                    .put("signal", it.signal())
                    .put("core_dumped", it.coreDumped())
                    .end();
        }
        if (this instanceof NotStarted) {
            NotStarted it = (NotStarted) this;
            return out.put("kind", "not_started")
                    .put("errno", it.errno())
                    .put("path", it.path())
                    .end();
        }
        if (this instanceof OomKilled) {
            OomKilled it = (OomKilled) this;
            out.put("kind", "oom_killed");
            it.peakBytes().ifPresent(bytes -> out.put("peak_bytes", bytes));
            it.limitBytes().ifPresent(bytes -> out.put("limit_bytes", bytes));
            return out.end();
        }
        return out.put("kind", "unknown").end();
    }

    static ExitStatus decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        String kind = in.text("kind");
        switch (kind) {
            case "exited":
                return new Exited((int) Scalars.upTo(255, in.required("code"), in.at("code"), problems));
            case "signalled":
                int signal = (int) Scalars.upTo(Signals.MAX, in.required("signal"), in.at("signal"), problems);
                boolean core = in.flag("core_dumped", false);
                if (signal == 0) {
                    problems.add(in.at("signal"), "must be from 1 to " + Signals.MAX);
                    return new Unknown();
                }
                return new Signalled(signal, core);
            case "not_started":
                int errno = (int) Scalars.upTo(Integer.MAX_VALUE, in.required("errno"), in.at("errno"), problems);
                return new NotStarted(errno, in.text("path"));
            case "oom_killed":
                return new OomKilled(bytes(in, "peak_bytes", problems), bytes(in, "limit_bytes", problems));
            case "unknown":
                return new Unknown();
            default:
                if (node.path("kind").isTextual()) {
                    problems.add(
                            in.at("kind"),
                            "must be one of \"exited\", \"signalled\", \"not_started\", \"oom_killed\", \"unknown\", not "
                                    + CardText.quoted(kind));
                }
                return new Unknown();
        }
    }

    private static Optional<Long> bytes(FieldReader in, String key, Problems problems) {
        JsonNode value = in.nullable(key);
        return value == null
                ? Optional.empty()
                : Optional.of(Scalars.upTo(Long.MAX_VALUE, value, in.at(key), problems));
    }
}
