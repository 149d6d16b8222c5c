package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopSpecTest {
    private static CommandRef with(String own) {
        CommandRef command = CommandRef.nativeCommand("c", "true", List.of());
        ObjectNode tree = (ObjectNode) CardJson.parse(own.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return command.withShape(command.shape().withShipote(tree));
    }

    private static StopSpec of(String own) {
        return StopSpec.of(with(own).shape().shipote());
    }

    @Test
    void everythingIsRead() {
        assertEquals(
                new StopSpec(Optional.of(2), Optional.of(5_000L), true),
                of("{'stop_signal':'INT','stop_grace_ms':5000,'detached_children':true,'cwd':'/'}"));
        assertEquals(Optional.of(3), of("{'stop_signal':'SIGQUIT'}").signal());
        assertEquals(Optional.of(64), of("{'stop_signal':64}").signal());
        assertEquals(StopSpec.NONE, of("{}"));
        assertEquals(StopSpec.NONE, StopSpec.of(Optional.empty()));
        assertEquals(15, StopSpec.NONE.firstSignal());
    }

    @Test
    void whatIsWrongIsTold() {
        Problems problems = new Problems();
        with("{'stop_signal':'LOUD','stop_grace_ms':3600001,'detached_children':'yes'}")
                .check("nodes[0]", problems);
        assertEquals(
                List.of(
                        "nodes[0].shipote.stop_signal: must be a signal: a name such as TERM, or a number from 1 to 64",
                        "nodes[0].shipote.stop_grace_ms: must be a whole number from 0 to 3600000, not 3600001",
                        "nodes[0].shipote.detached_children: must be true or false, not \"yes\""),
                Cards.lines(problems));
    }
}
