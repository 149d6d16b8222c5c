package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final String TEXT = "01KR0Y2GP83CP3TKJZC1RR54R4";

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> WorkspaceId.parse(text))
                .getMessage();
    }

    @Test
    void lowerCaseIsRaised() {
        assertEquals(TEXT, WorkspaceId.parse(TEXT.toLowerCase(Locale.ROOT)).toString());
        assertEquals(PipelineId.parse(TEXT), PipelineId.parse(TEXT.toLowerCase(Locale.ROOT)));
        assertEquals(TEXT, CommandId.parse(TEXT).text());
        assertEquals(TEXT, RunId.parse(TEXT).text());
    }

    @Test
    void nilAndMaximumAreIds() {
        assertEquals("0".repeat(26), WorkspaceId.parse("0".repeat(26)).text());
        assertEquals(
                "7" + "Z".repeat(25), WorkspaceId.parse("7" + "Z".repeat(25)).text());
    }

    @Test
    void wrongLengthSaysBothLengths() {
        assertEquals("an id has 26 characters, not 25", refusal(TEXT.substring(1)));
        assertEquals("an id has 26 characters, not 0", refusal(""));
    }

    @Test
    void lettersOutsideTheAlphabetAreNamed() {
        for (char bad : new char[] {'I', 'L', 'O', 'U', 'i', 'l', 'o', 'u', '-', ' ', 'é'}) {
            assertEquals(
                    "an id has only digits and letters without I, L, O and U, not '" + bad + "'",
                    refusal(TEXT.substring(0, 25) + bad));
        }
        // The long s becomes an S when raised.
        assertTrue(refusal(TEXT.substring(0, 25) + 'ſ').contains("not 'ſ'"));
        assertTrue(refusal(TEXT.substring(0, 25) + '\n').contains("not '\\u000a'"));
    }

    @Test
    void moreThan128BitsAreRefused() {
        assertEquals("an id begins with 0 to 7 (128 bits), not '8'", refusal("8" + "Z".repeat(25)));
    }

    @Test
    void orderIsThatOfTheText() {
        assertTrue(RunId.parse("0".repeat(26)).compareTo(RunId.parse(TEXT)) < 0);
    }
}
