package io.shipote.pipeline.discern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.Optional;

/** TOML: whole lines of it, with at least one value. */
final class TomlFormat implements Format {
    private final TomlMapper mapper = new TomlMapper();

    @Override
    public Optional<Guess> look(Text text) {
        String lines = text.wholeLines();
        boolean assigns = lines.lines().anyMatch(line -> line.matches("\\s*[\\w.\"'-]+\\s*=.+"));
        if (!assigns) {
            return Optional.empty();
        }
        // An array or a text over several lines may be cut as well: then fewer lines make sense.
        for (String part = lines; !part.isEmpty(); part = shorter(part, text.whole())) {
            try {
                int values = mapper.readTree(part).size();
                double confidence = values > 1 ? 0.93 : 0.8;
                return values == 0
                        ? Optional.empty()
                        : Optional.of(new Guess(
                                "application/toml", confidence, "toml", Kind.plain("toml"), "keys and values of TOML"));
            } catch (JsonProcessingException e) {
                if (text.whole()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Without its last statement, down to half of it. */
    private static String shorter(String part, boolean whole) {
        int end = part.lastIndexOf('\n', part.length() - 2);
        return whole || end < 0 ? "" : part.substring(0, end + 1);
    }
}
