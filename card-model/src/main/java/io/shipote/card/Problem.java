package io.shipote.card;

/**
 * One thing that is wrong with a card.
 *
 * @param path where, such as {@code nodes[2].payload.Native.exec}; empty for the whole
 * @param message what, in words that continue the path
 */
public record Problem(String path, String message) {
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
