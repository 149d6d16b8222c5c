package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A call as it stands on the wire: one JSON object, ended by one NUL byte. */
public record Call(String method, ObjectNode parameters, boolean more, boolean oneway, boolean upgrade) {}
