package io.shipote.card;

/**
 * One thing that is wrong with a card.
 *
 * @param path where, such as {@code nodes[2].payload.Native.exec}; empty for the whole
 * @param message what, in words that continue the path
 */
public record Problem(String path, String message) {
    /** Whether one of the two is about a part of what the other is about. */
    boolean touches(Problem other) {
        return within(path, other.path) || within(other.path, path);
    }

    private static boolean within(String whole, String part) {
        return part.startsWith(whole)
                && (whole.isEmpty()
                        || part.length() == whole.length()
                        || ".[".indexOf(part.charAt(whole.length())) >= 0);
    }

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
