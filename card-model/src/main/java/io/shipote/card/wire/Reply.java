package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A reply as it stands on the wire. {@code error} is null for a success; {@code continues} says that more follow. */
public record Reply(ObjectNode parameters, boolean continues, String error) {}
