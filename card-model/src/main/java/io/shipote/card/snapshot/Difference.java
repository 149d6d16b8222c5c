package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One place where two trees differ.
 *
 * @param pointer a JSON pointer (RFC 6901) into the later tree, or into the earlier one if the place is gone
 * @param before empty if the place is new
 * @param after empty if the place is gone
 */
public record Difference(String pointer, Optional<JsonNode> before, Optional<JsonNode> after) {}
