package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortestDecimalTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0",
                "-0.0",
                "100.0",
                "12.5",
                "49.987663",
                "49.49752",
                "49.975014",
                "187.34024",
                "399.93",
                "99.98",
                "0.1",
                "-1.5",
                "0.00001",
                "0.000001",
                "1e-7",
                "1.2621775e-29",
                "-1.5474251e+26",
                "1e+13",
                "1000000000000.0",
                "1.5e-7",
                "1e+15",
                "1.25e+15",
                "16777216.0",
                "33554432.0",
                "3.4028235e+38",
                "1.1754944e-38",
                "1e-45"
            })
    void floatsAreWrittenAsUpstreamWritesThem(String text) {
        assertEquals(text, ShortestDecimal.of(Float.parseFloat(text)));
    }

    @Test
    void everyFloatReadsBackAndNoFewerDigitsWould() {
        Random random = new Random(20260507);
        for (int i = 0; i < 20_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(value) || value == 0) {
                continue;
            }
            String text = ShortestDecimal.of(value);
            assertEquals(value, Float.parseFloat(text), text);
            int digits = new BigDecimal(text).stripTrailingZeros().precision();
            int java =
                    new BigDecimal(Float.toString(value)).stripTrailingZeros().precision();
            assertTrue(digits <= java, text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0",
                "-0.0",
                "0.1",
                "1.0",
                "123456789012345.0",
                "1000000000000000.0",
                "1e+16",
                "0.00001",
                "1e-6",
                "5e-324",
                "5.684341886080802e-14",
                "1.7976931348623157e+308"
            })
    void doublesAreWrittenAsUpstreamWritesThem(String text) {
        assertEquals(text, ShortestDecimal.of(Double.parseDouble(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "1.5e+400", "0.123456789012345678901234567890123456789"})
    void decimalsKeepAllDigits(String text) {
        assertEquals(text, ShortestDecimal.of(new BigDecimal(text)));
    }

    @Test
    void valuesThatAreNoNumbersBecomeNull() {
        assertEquals("null", CardText.compact(JsonNodeFactory.instance.numberNode(Float.NaN)));
        assertEquals("null", CardText.compact(JsonNodeFactory.instance.numberNode(Float.POSITIVE_INFINITY)));
        assertEquals("null", CardText.compact(JsonNodeFactory.instance.numberNode(Double.NEGATIVE_INFINITY)));
    }
}
