package io.shipote.daemon.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RetryStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sentences of {@code why}. */
class WhyLinesTest {
    private static List<String> lines(long count, Long max, boolean forever) {
        List<String> lines = new ArrayList<>();
        RetryLines.add(
                lines,
                "",
                new RetryStatus(count, Optional.ofNullable(max), forever, Optional.of(0L), Optional.empty()));
        return lines;
    }

    @Test
    void stateAndReasonAreOneSentence() {
        assertEquals("'a' is running", StateSentence.of("'a'", JobState.RUNNING, "running"));
        assertEquals(
                "'a' is running; adopted from an earlier daemon",
                StateSentence.of("'a'", JobState.RUNNING, "running; adopted from an earlier daemon"));
        assertEquals("'a' is paused: frozen", StateSentence.of("'a'", JobState.PAUSED, "paused: frozen"));
        assertEquals("'a' is stopped by user", StateSentence.of("'a'", JobState.STOPPED, "stopped by user"));
        assertEquals("'a' is failed: exit 1", StateSentence.of("'a'", JobState.FAILED, "exit 1"));
        assertEquals("'a' is failed: failedover", StateSentence.of("'a'", JobState.FAILED, "failedover"));
        assertEquals("'a' is in backoff: exit 1", StateSentence.of("'a'", JobState.BACKOFF, "exit 1"));
    }

    @Test
    void aTtlThatIsOverHasEnded() {
        assertEquals("its TTL ends at 1970-01-01T00:00:01Z", StateSentence.ofTtl(1_000, 999));
        assertEquals("its TTL ended at 1970-01-01T00:00:01Z", StateSentence.ofTtl(1_000, 1_000));
    }

    @Test
    void restartsBeyondTheLimitAreNotCountedAgainstIt() {
        String due = " is due at 1970-01-01T00:00:00Z";
        String now = " (shipote retry-now does it at once)";
        assertEquals(List.of("restart 2" + due + now), lines(2, null, false));
        assertEquals(List.of("restart 2 of 5" + due + now), lines(2, 5L, false));
        assertEquals(List.of("restart 5 of 5" + due + "; after that it goes on slowly" + now), lines(5, 5L, true));
        assertEquals(List.of("restart 6" + due + "; it goes on slowly after the first 5" + now), lines(6, 5L, true));
    }
}
