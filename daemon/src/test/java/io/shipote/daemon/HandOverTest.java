package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.daemon.control.Peer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The line that names the descriptors which one program leaves to the next. */
class HandOverTest {
    private static final Peer BY = new Peer(1000, 77);

    private static final HandOver FULL = new HandOver(
            4242,
            1_700_000_000_000L,
            5,
            true,
            7,
            8,
            OptionalInt.of(9),
            List.of(11, 12),
            OptionalInt.of(13),
            BY,
            "0.1.0",
            "17.0.1+12");

    @Test
    @DisplayName("A5 what is written is what is read")
    void a5DescriptorsAreReadBackAsTheyWereWritten() throws StartException {
        HandOver bare = new HandOver(
                1, 0, 5, false, 7, 8, OptionalInt.empty(), List.of(), OptionalInt.empty(), BY, "0.1.0", "17");
        assertEquals(FULL, HandOver.parse(FULL.text()));
        assertEquals(bare, HandOver.parse(bare.text()));
    }

    @Test
    void wordsOfALaterVersionAreLeftAlone() throws StartException {
        assertEquals(FULL, HandOver.parse(FULL.text() + " colour=red novalue"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pid=", "held=", "listener=", "state=", "socket="})
    void aLineThatLacksSomethingIsNotBelieved(String word) {
        String less = FULL.text().replaceFirst(word + "\\d+", "");
        StartException e = assertThrows(StartException.class, () -> HandOver.parse(less));
        assertEquals("what the daemon before left is not understood: " + less, e.getMessage());
    }
}
