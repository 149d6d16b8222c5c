package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1000",
        "200ms,200",
        "5s,5000",
        "1.5s,1500",
        "30m,1800000",
        "2h,7200000",
        "7d,604800000",
        "0.5ms,0"
    })
    void readsDurations(String text, long millis) {
        assertEquals(millis, Durations.parse("--ttl", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "5 s", "5x", "1..5s", "5sm", "1e3s", "99999999999999999999d", "٣s"})
    void refusesWhatIsNoDuration(String text) {
        UsageException failure = assertThrows(UsageException.class, () -> Durations.parse("--ttl", text));
        assertTrue(failure.getMessage().startsWith("--ttl is "), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "4096,4096",
        "64K,65536",
        "64k,65536",
        "256M,268435456",
        "1.5G,1610612736",
        "1GiB,1073741824",
        "2MB,2097152",
        "1T,1099511627776"
    })
    void readsSizes(String text, long bytes) {
        assertEquals(bytes, Sizes.parse("--mem", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "-1K", "1X", "1KK", "1 K", "1.K", "iB", "B", "9999999999G"})
    void refusesWhatIsNoSize(String text) {
        assertThrows(UsageException.class, () -> Sizes.parse("--mem", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "-1", "x", "1K", "99999999999999999999"})
    void refusesWhatIsNoCount(String text) {
        assertThrows(UsageException.class, () -> Sizes.count("--nproc", text));
    }

    @ParameterizedTest
    @CsvSource({
        "-5,0s",
        "0,0ms",
        "999,999ms",
        "1000,1s",
        "59999,59s",
        "60000,1m",
        "192000,3m12s",
        "3600000,1h",
        "7500000,2h5m",
        "86400000,1d",
        "356400000,4d3h"
    })
    void showsDurations(long millis, String text) {
        assertEquals(text, Durations.human(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0B",
        "1023,1023B",
        "1024,1.0K",
        "1536,1.5K",
        "10240,10K",
        "1048575,1023K",
        "268435456,256M",
        "1610612736,1.5G",
        "9223372036854775807,8388607T"
    })
    void showsSizes(long bytes, String text) {
        assertEquals(text, Sizes.human(bytes));
    }

    @Test
    void readsProcessors() {
        assertEquals("[0,1]", WsCreate.processors("--affinity", "0,1").toString());
        assertEquals("[0,1,2,3,7]", WsCreate.processors("--affinity", "0-3,7").toString());
        for (String bad : new String[] {"", ",", "1,", "3-1", "a", "1-", "0-99999"}) {
            assertThrows(UsageException.class, () -> WsCreate.processors("--affinity", bad), bad);
        }
    }
}
