package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.ExitStatus;
import org.junit.jupiter.api.Test;

class WaitStatusTest {
    @Test
    void rawStatusWords() {
        assertEquals(new ExitStatus.Exited(42), WaitStatus.ofRaw(0x2a00));
        assertEquals(new ExitStatus.Signalled(15, false), WaitStatus.ofRaw(0xf));
        assertEquals(new ExitStatus.Signalled(3, true), WaitStatus.ofRaw(0x83));
    }
}
