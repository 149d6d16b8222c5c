package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void noProblemThrowsNothing() {
        Problems problems = new Problems();
        problems.throwIfAny("it");
        assertTrue(problems.isEmpty());
    }

    @Test
    void allAreToldAtOnceInWordsAndFields() {
        Problems problems = new Problems();
        problems.add(Problems.child(Problems.child(Problems.child("", "nodes"), 2), "label"), "is blank");
        problems.add("", "must be an object");
        ShipoteException thrown = assertThrows(ShipoteException.class, () -> problems.throwIfAny("the pipeline"));
        assertEquals(ErrorCode.INVALID_SPEC, thrown.code());
        assertEquals("the pipeline is not valid: nodes[2].label: is blank; must be an object", thrown.getMessage());
        assertEquals(
                List.of(
                        Map.of("path", "nodes[2].label", "message", "is blank"),
                        Map.of("path", "", "message", "must be an object")),
                thrown.fields().get("problems"));
    }

    @Test
    void aFloodIsCounted() {
        Problems problems = new Problems();
        for (int i = 0; i < Problems.LIMIT + 7; i++) {
            problems.add("p", "bad");
        }
        assertEquals(Problems.LIMIT, problems.list().size());
        assertEquals(7, problems.omitted());
        ShipoteException thrown = assertThrows(ShipoteException.class, () -> problems.throwIfAny("it"));
        assertTrue(thrown.getMessage().endsWith("; and 7 more"));
    }
}
