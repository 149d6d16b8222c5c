package io.shipote.card.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.KillIn;
import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.WireJson.InvalidParameter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireJsonTest {
    private final WireJson json = new WireJson();

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private String refused(ObjectNode parameters, Class<?> type) {
        return assertThrows(InvalidParameter.class, () -> json.fromCall(parameters, type))
                .parameter();
    }

    @Test
    void absentAndNullOptionalsAreEmpty() throws InvalidParameter {
        LogsIn in = json.fromCall(object().put("target", "x").putNull("tail"), LogsIn.class);
        assertEquals(new LogsIn("x", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), in);
    }

    @Test
    void aParameterOfTheWrongTypeIsNamedAndNotConverted() {
        assertEquals("target", refused(object().put("target", 7).put("signal", "TERM"), KillIn.class));
        assertEquals("target", refused(object().put("target", true).put("signal", "TERM"), KillIn.class));
        assertEquals("tail", refused(object().put("target", "x").put("tail", "5"), LogsIn.class));
        assertEquals("tail", refused(object().put("target", "x").put("tail", 1.5), LogsIn.class));
        assertEquals("follow", refused(object().put("target", "x").put("follow", 1), LogsIn.class));
    }

    @Test
    void aMissingAndAnUnknownParameterAreNamed() {
        assertEquals("signal", refused(object().put("target", "x"), KillIn.class));
        assertEquals(
                "sygnal",
                refused(object().put("target", "x").put("signal", "TERM").put("sygnal", "TERM"), KillIn.class));
    }

    @Test
    void aReplyFromANewerDaemonMayHaveMore() {
        ObjectNode reply = object().put("id", "a")
                .put("state", "running")
                .put("signalled", 2)
                .put("news", 1);
        assertEquals(new CommandCalls.KillOut("a", "running", 2), json.fromReply(reply, CommandCalls.KillOut.class));
    }

    @Test
    void absentOptionalsAreNotWritten() {
        assertEquals(
                "{\"item\":\"x\",\"outcome\":\"applied\"}",
                json.toTree(Applied.applied("x")).toString());
    }
}
