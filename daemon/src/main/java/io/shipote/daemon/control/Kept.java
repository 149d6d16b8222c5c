package io.shipote.daemon.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection on which something is under way, as one program of the daemon's process leaves it to the next.
 *
 * @param call to be made as if it had just come; its client does not notice
 * @param early whether the call must be made before anything is restored
 * @param input what came behind that call, or the beginning of the next
 * @param output what the client has not read yet
 * @param ends whether the connection is closed behind that
 */
public record Kept(int descriptor, Optional<Call> call, boolean early, byte[] input, byte[] output, boolean ends) {
    private static final ObjectMapper MAPPER = Output.plainMapper();

    /** For {@link #decode}. */
    public static byte[] encode(List<Kept> all) throws IOException {
        ArrayNode list = MAPPER.createArrayNode();
        for (Kept one : all) {
            ObjectNode tree = list.addObject().put("fd", one.descriptor);
            one.call.ifPresent(call -> tree.putObject("call")
                    .put("method", call.method())
                    .put("more", call.more())
                    .set("parameters", call.parameters()));
            tree.put("early", one.early)
                    .put("input", one.input)
                    .put("output", one.output)
                    .put("ends", one.ends);
        }
        return MAPPER.writeValueAsBytes(list);
    }

    /** @throws IOException if it is nothing that {@link #encode} has written */
    public static List<Kept> decode(byte[] text) throws IOException {
        List<Kept> all = new ArrayList<>();
        CallParser parser = new CallParser();
        for (JsonNode tree : MAPPER.readTree(text)) {
            Optional<Call> call = Optional.empty();
            if (tree.has("call")) {
                try {
                    call = Optional.of(parser.parse(
                            ByteBuffer.wrap(tree.get("call").toString().getBytes(StandardCharsets.UTF_8))));
                } catch (BadFrame e) {
                    throw new IOException("a call that was left is none: " + e.getMessage(), e);
                }
            }
            all.add(new Kept(
                    tree.path("fd").asInt(-1),
                    call,
                    tree.path("early").asBoolean(),
                    tree.path("input").binaryValue(),
                    tree.path("output").binaryValue(),
                    tree.path("ends").asBoolean()));
        }
        return all;
    }
}
