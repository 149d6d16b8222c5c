package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a name that none has, or several. */
class TargetsTest {
    private static ShipoteException refused(String noun, String target) {
        Targets<String> targets = new Targets<>(noun, id -> id, id -> "a");
        return assertThrows(ShipoteException.class, () -> targets.find(target, List.of("01AAAAAA", "01AAAABB")));
    }

    @Test
    void severalAreNamedInThePlural() {
        ShipoteException e = refused("pipeline", "a");
        assertEquals(ErrorCode.AMBIGUOUS, e.code());
        assertEquals("'a' fits 2 pipelines: 01AAAAAA, 01AAAABB", e.getMessage());
        assertEquals(
                "'01aaaa' fits 2 workspaces, commands or pipelines: 01AAAAAA, 01AAAABB",
                refused("workspace, command or pipeline", "01aaaa").getMessage());
    }

    @Test
    void noneIsNotFound() {
        ShipoteException e = refused("command or pipeline", "b");
        assertEquals(ErrorCode.NOT_FOUND, e.code());
        assertEquals("no command or pipeline 'b'", e.getMessage());
    }
}
