package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatsSampleTest {
    private static final String FORM = "{'commands_alive':4294967295,'commands_total':0,"
            + "'rss_bytes':18446744073709551615,'rss_peak_bytes':null,'cpu_usec':0,'cpu_percent':%s,"
            + "'cpu_cores':4294967295,'uptime_ms':18446744073709551615}";

    private static StatsSample decode(String json, String... expected) {
        Problems problems = new Problems();
        StatsSample sample = StatsSample.decode(Cards.tree(json), "s", problems);
        assertEquals(List.of(expected), Cards.lines(problems));
        return sample;
    }

    @Test
    void percentIsTheSameFloat() {
        for (String percent : List.of("null", "0.0", "100.0", "49.987663", "187.34024", "0.00001", "1e-7", "1e+15")) {
            String json = String.format(FORM, percent);
            assertEquals(json.replace('\'', '"'), CardText.compact(decode(json).encode()));
        }
        assertEquals(Optional.of(100f), decode(String.format(FORM, "100")).cpuPercent());
        // Halfway between two floats but for the last digit: reading it as a double first would lose that digit.
        assertEquals(
                Optional.of(1.00000012f),
                decode(String.format(FORM, "1.000000059604644775390625000000000000000001"))
                        .cpuPercent());
    }

    @Test
    void percentThatIsNoNumberIsLeftOut() {
        assertEquals(Optional.empty(), decode(String.format(FORM, "1e40")).cpuPercent());
        StatsSample sample = new StatsSample(
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Float.NaN),
                1,
                U64.ZERO,
                Shape.NEW);
        assertEquals(Optional.empty(), sample.cpuPercent());
        decode(String.format(FORM, "'1'"), "s.cpu_percent: must be a number, not \"1\"");
    }

    @Test
    void figuresThatMustBeThere() {
        decode(
                "{}",
                "s.commands_alive: is missing",
                "s.commands_total: is missing",
                "s.cpu_cores: is missing",
                "s.uptime_ms: is missing");
    }
}
