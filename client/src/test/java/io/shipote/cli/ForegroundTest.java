package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The rest of the output after the end of a command. */
class ForegroundTest {
    private final CompletableFuture<Void> output = new CompletableFuture<>();
    private int looks;

    /** The end comes at the n-th look. */
    private void endsAtLook(int n) {
        looks++;
        if (looks == n) {
            output.complete(null);
        }
    }

    @Test
    void aReaderOfOursMayTakeAsLongAsItLikes() {
        Foreground.finish(
                output,
                () -> {
                    endsAtLook(7);
                    return 41;
                },
                1);
        assertEquals(7, looks);
    }

    @Test
    void whileMoreComesItIsWaitedFor() {
        Foreground.finish(
                output,
                () -> {
                    endsAtLook(8);
                    return 2L * looks;
                },
                1);
        assertEquals(8, looks);
    }

    @Test
    void whereNothingComesAnyMoreThatIsTold() {
        IllegalStateException told =
                assertThrows(IllegalStateException.class, () -> Foreground.finish(output, () -> 42, 1));
        assertTrue(told.getMessage().contains("the end of its output did not come"));
        RuntimeException broken = new RuntimeException("gone");
        output.completeExceptionally(broken);
        assertEquals(broken, assertThrows(RuntimeException.class, () -> Foreground.finish(output, () -> 42, 1)));
    }
}
