package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the variables of a service manager come to. */
class ServiceNoticesTest {
    private static Optional<Duration> interval(String... pairs) throws StartException {
        Map<String, String> environment = new java.util.HashMap<>(Map.of("NOTIFY_SOCKET", "@x"));
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return ServiceNotices.of(environment, 42).interval();
    }

    @Test
    void theWatchdogHearsTwiceAsOftenAsItWaits() throws StartException {
        assertEquals(Optional.of(Duration.ofSeconds(15)), interval("WATCHDOG_USEC", "30000000"));
        assertEquals(Optional.of(Duration.ofSeconds(1)), interval("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "42"));
    }

    @Test
    void thereIsNoWatchdogIfAnotherProcessIsMeantOrNoneIsWanted() throws StartException {
        assertEquals(Optional.empty(), interval());
        assertEquals(Optional.empty(), interval("WATCHDOG_USEC", "0"));
        assertEquals(Optional.empty(), interval("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "43"));
        assertEquals(
                Optional.empty(),
                ServiceNotices.of(Map.of("WATCHDOG_USEC", "2000000"), 42).interval());
    }

    @Test
    void nonsenseRefusesTheStart() {
        assertEquals(
                "WATCHDOG_USEC is no number: soon",
                assertThrows(StartException.class, () -> interval("WATCHDOG_USEC", "soon"))
                        .getMessage());
        StartException refused =
                assertThrows(StartException.class, () -> ServiceNotices.of(Map.of("NOTIFY_SOCKET", "relative"), 42));
        assertTrue(refused.getMessage().contains("relative"), refused.getMessage());
    }

    @Test
    void aManagerMeansTheProcessThatItHasStarted() {
        assertTrue(ServiceNotices.started(Map.of("SYSTEMD_EXEC_PID", "42"), 42));
        assertFalse(ServiceNotices.started(Map.of("SYSTEMD_EXEC_PID", "41", "NOTIFY_SOCKET", "@x"), 42));
        assertTrue(ServiceNotices.started(Map.of("NOTIFY_SOCKET", "@x"), 42));
        assertFalse(ServiceNotices.started(Map.of(), 42));
    }

    @Test
    void whatWeStartDoesNotGetTheVariables() {
        assertEquals(
                Map.of("A", "b"),
                ServiceNotices.without(
                        Map.of("A", "b", "NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "1", "WATCHDOG_PID", "1")));
    }
}
