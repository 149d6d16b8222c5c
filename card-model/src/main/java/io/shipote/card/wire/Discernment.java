package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What some bytes seem to be.
 *
 * @param mediaType such as {@code application/json}; {@code application/octet-stream} when nothing is known
 * @param confidence 0 to 1, two decimals
 * @param encoding the IANA name of the character set; empty for what is no text
 * @param structure {@code empty binary text json jsonl toml csv tsv xml}
 * @param type the flow type of a card, as {@code primitive} or {@code wit}
 * @param why what decided
 */
public record Discernment(
        String mediaType,
        double confidence,
        Optional<String> encoding,
        String structure,
        ObjectNode type,
        String why) {}
