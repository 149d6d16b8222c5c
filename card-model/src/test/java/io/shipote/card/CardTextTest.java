package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CardTextTest {
    @Test
    void prettyHasTwoSpacesAndNoLineFeedAtTheEnd() {
        assertEquals(
                "{\n  \"a\": [\n    1,\n    null\n  ],\n  \"b\": {\n    \"c\": true\n  },\n  \"d\": [],\n  \"e\": {}\n}",
                CardText.pretty(Cards.tree("{'a':[1,null],'b':{'c':true},'d':[],'e':{}}"), 0));
    }

    @Test
    void depthIndentsAllLinesButTheFirst() {
        assertEquals("{\n      \"a\": 1\n    }", CardText.pretty(Cards.tree("{'a':1}"), 2));
        assertEquals("[]", CardText.pretty(Cards.tree("[]"), 2));
    }

    @Test
    void compactHasNoSpaces() {
        assertEquals("{\"a\":[1,{}],\"b\":\"x y\"}", CardText.compact(Cards.tree("{ 'a' : [ 1 , {} ], 'b':'x y' }")));
        assertArrayEquals(Cards.utf8("[\"ñ\"]"), CardText.compactBytes(Cards.tree("['ñ']")));
    }

    @Test
    void onlyWhatMustBeIsEscaped() {
        assertEquals(
                "\"\\\" \\\\ \\b \\f \\n \\r \\t \\u0000 \\u001b \\u001f / \u007f ñ ✓ \ud83d\ude00 '\"",
                CardText.quoted("\" \\ \b \f \n \r \t \0 \u001b \u001f / \u007f ñ ✓ \ud83d\ude00 '"));
    }

    @Test
    void wholeNumbersOfAnySizeAreExact() {
        String text = "[0,-1,9223372036854775807,18446744073709551615,123456789012345678901234567890]";
        assertEquals(text, CardText.compact(Cards.tree(text)));
    }

    @Test
    void fractionsKeepTheirDigits() {
        String text = "[49.49752,0.1,100.0,-0.0,1e-7,0.1234567890123456789012]";
        assertEquals(text, CardText.compact(Cards.tree(text)));
    }
}
