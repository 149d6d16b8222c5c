package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeNamesTest {
    private static final List<EdgeStatus> EDGES = List.of(
            edge("cat", "stdout", "sort"),
            edge("cat", "stderr", "log"),
            edge("sort", "stdout", "uniq"),
            edge("both", "stdout", "log"),
            edge("both", "stderr", "log"));

    private static EdgeStatus edge(String from, String output, String to) {
        return new EdgeStatus(from, output, to, "stdin", "direct");
    }

    private static ErrorCode refused(String name) {
        return assertThrows(ShipoteException.class, () -> EdgeNames.find(EDGES, name))
                .code();
    }

    @Test
    void byIndex() {
        assertEquals(0, EdgeNames.find(EDGES, "0"));
        assertEquals(4, EdgeNames.find(EDGES, "4"));
        assertEquals(ErrorCode.NOT_FOUND, refused("5"));
        assertEquals(ErrorCode.NOT_FOUND, refused("99999999999999999999"));
        assertEquals(ErrorCode.NOT_FOUND, refused("-1"));
    }

    @Test
    void byLabels() {
        assertEquals(2, EdgeNames.find(EDGES, "sort->uniq"));
        assertEquals(1, EdgeNames.find(EDGES, "cat->log"));
        assertEquals(1, EdgeNames.find(EDGES, "cat:stderr->log"));
        assertEquals(ErrorCode.NOT_FOUND, refused("sort->log"));
        assertEquals(ErrorCode.NOT_FOUND, refused(""));
    }

    @Test
    void byTheProducerIfItHasOneEdge() {
        assertEquals(2, EdgeNames.find(EDGES, "sort"));
        ShipoteException two = assertThrows(ShipoteException.class, () -> EdgeNames.find(EDGES, "cat"));
        assertEquals(ErrorCode.AMBIGUOUS, two.code());
        assertEquals(List.of("cat->sort", "cat:stderr->log"), two.fields().get("candidates"));
    }

    @Test
    void theNameInFullIsNeverAmbiguous() {
        for (int i = 0; i < EDGES.size(); i++) {
            assertEquals(i, EdgeNames.find(EDGES, EdgeNames.of(EDGES.get(i))));
        }
    }

    @Test
    void saysWhatThereIs() {
        String message = assertThrows(ShipoteException.class, () -> EdgeNames.find(EDGES, "x"))
                .getMessage();
        assertTrue(message.contains("cat->sort, cat:stderr->log"), message);
        assertTrue(assertThrows(ShipoteException.class, () -> EdgeNames.find(List.of(), "x"))
                .getMessage()
                .contains("are none"));
    }
}
