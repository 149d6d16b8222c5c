package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One command of a pipeline, as asked for. */
public record CommandRef(
        String label, Payload payload, SomaSpec soma, Flows flows, Supervision supervision, Shape shape) {
    /** A program with defaults. */
    public static CommandRef nativeCommand(String label, String exec, List<String> argv) {
        return new CommandRef(
                label,
                new Payload.Native(exec, argv, List.of(), Shape.NEW),
                SomaSpec.none(),
                Flows.NONE,
                Supervision.ONE_SHOT,
                Shape.NEW);
    }

    public static CommandRef decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        String label = in.text("label");
        Payload payload = Payload.decode(in.required("payload"), in.at("payload"), problems);
        JsonNode soma = in.optional("soma");
        JsonNode flows = in.optional("flows");
        JsonNode supervision = in.optional("supervision");
        return new CommandRef(
                label,
                payload,
                soma == null ? SomaSpec.none() : SomaSpec.decode(soma, in.at("soma"), problems),
                flows == null ? Flows.NONE : Flows.decode(flows, in.at("flows"), problems),
                supervision == null
                        ? Supervision.ONE_SHOT
                        : Supervision.decode(supervision, in.at("supervision"), problems),
                in.shape());
    }

    public ObjectNode encode() {
        return new FieldWriter(shape)
                .put("label", label)
                .put("payload", payload.encode())
                .put("soma", soma.encode(), soma.equals(SomaSpec.none()))
                .put("flows", flows.encode(), flows.equals(Flows.NONE))
                .put("supervision", supervision.encode(), supervision.equals(Supervision.ONE_SHOT))
                .end();
    }

    /** The rules for a new command. */
    public void check(String path, Problems problems) {
        if (Ranges.isBlank(label)) {
            problems.add(Problems.child(path, "label"), "is blank");
        }
        payload.check(Problems.child(path, "payload"), problems);
        checkLaunch(path, problems);
        flows.check(Problems.child(path, "flows"), problems);
    }

    /** The rules for what its process is given and kept from, and how it is ended; see {@link LaunchSpec}. */
    public void checkLaunch(String path, Problems problems) {
        soma.check(Problems.child(path, "soma"), problems);
        LaunchSpec.of(this, path, problems);
        StopSpec.of(this, path, problems);
    }

    public CommandRef withLabel(String changed) {
        return new CommandRef(changed, payload, soma, flows, supervision, shape);
    }

    public CommandRef withPayload(Payload changed) {
        return new CommandRef(label, changed, soma, flows, supervision, shape);
    }

    public CommandRef withSoma(SomaSpec changed) {
        return new CommandRef(label, payload, changed, flows, supervision, shape);
    }

    public CommandRef withShape(Shape changed) {
        return new CommandRef(label, payload, soma, flows, supervision, changed);
    }
}
