package io.shipote.cli;

import java.util.List;

/** A spec that is wrong, with all that is wrong in it, one line each. */
final class SpecException extends RuntimeException {
    private final List<String> lines;

    SpecException(List<String> lines) {
        super(String.join("; ", lines));
        this.lines = List.copyOf(lines);
    }

    List<String> lines() {
        return lines;
    }
}
