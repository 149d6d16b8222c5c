package io.shipote.card.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.CardText;

/**
 * Why one direction of an upgraded connection has ended.
 *
 * @param reason one of the words below; others may be added
 * @param message a sentence for people; may be empty
 */
public record StreamEnd(String reason, String message) {
    /** Everything there was has been sent. */
    public static final String FINISHED = "finished";

    /** Nobody takes what the client sends any more. */
    public static final String CLOSED = "closed";

    /** The daemon stops. */
    public static final String STOPPING = "stopping";

    /** The daemon is replaced by another version: what is upgraded again goes on with that. */
    public static final String UPGRADE = "upgrade";

    /** The client broke the rules of the stream. */
    public static final String FAULT = "fault";

    /** Something went wrong on the daemon's side. */
    public static final String FAILED = "failed";

    private static final String REASON = "reason";
    private static final String MESSAGE = "message";
    private static final int MAX_MESSAGE = 512;

    /** A message that would not fit into a frame is cut. */
    public StreamEnd {
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 1) + "…" : message;
    }

    /** The end of all that there was. */
    public static StreamEnd finished() {
        return new StreamEnd(FINISHED, "");
    }

    /** The payload of the end frame. */
    public byte[] encode() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode().put(REASON, reason);
        if (!message.isEmpty()) {
            tree.put(MESSAGE, message);
        }
        return CardText.compactBytes(tree);
    }

    /**
     * The end that a payload tells of; an empty one means {@link #FINISHED}.
     *
     * @throws CardSyntaxException if it is no JSON
     */
    public static StreamEnd decode(byte[] payload) {
        if (payload.length == 0) {
            return finished();
        }
        JsonNode tree = CardJson.parse(payload);
        return new StreamEnd(
                tree.path(REASON).asText(FINISHED), tree.path(MESSAGE).asText(""));
    }
}
