package io.shipote.cli;

import java.util.List;
import java.util.Map;

/**
 * What stands behind a verb on the command line.
 *
 * @param options the values of each option by its long name, in the order given; no values if it takes none
 */
record Given(Map<String, List<String>> options, List<String> arguments) {
    static final Given NOTHING = new Given(Map.of(), List.of());

    boolean has(String option) {
        return options.containsKey(option);
    }

    /** The last value of an option; null if it was not given. */
    String value(String option) {
        List<String> values = options.get(option);
        return values == null || values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /** All values of an option, in order. */
    List<String> values(String option) {
        List<String> values = options.get(option);
        return values == null ? List.of() : values;
    }
}
