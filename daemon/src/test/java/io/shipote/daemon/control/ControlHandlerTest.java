package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlHandlerTest {
    private final List<Exchange> open = new ArrayList<>();
    private final List<String> happened = new ArrayList<>();
    private final MethodTable table = new MethodTable();
    private final EmbeddedChannel channel;

    record EchoIn(String text, Optional<Long> number) {}

    record EchoOut(String text) {}

    record NothingIn() {}

    ControlHandlerTest() {
        table.on("Echo", EchoIn.class, (in, exchange) -> exchange.reply(new EchoOut(in.text())));
        table.on("Later", NothingIn.class, (in, exchange) -> open.add(exchange));
        table.onMore("Stream", NothingIn.class, (in, exchange) -> {
            open.add(exchange);
            exchange.onClosed(() -> happened.add("closed"));
        });
        table.on("Refuse", NothingIn.class, (in, exchange) -> {
            throw new ShipoteException(ErrorCode.AMBIGUOUS, "which?", Map.of("candidates", List.of("a", "b")));
        });
        table.on("Break", NothingIn.class, (in, exchange) -> {
            throw new IllegalStateException("on purpose");
        });
        table.on("Huge", NothingIn.class, (in, exchange) -> exchange.reply(new EchoOut("x".repeat(2000))));
        VarlinkService.register(table, "1.2.3");
        Limits limits = new Limits(9, 1000, 1000, 1000, 1000, 1000, Limits.MAX_UNFINISHED_FRAME);
        Desk desk = new Desk(new InlineLoop(), table, limits);
        FrameDecoder decoder = new FrameDecoder(desk.parser(), desk.traffic());
        channel = new EmbeddedChannel(decoder, new ControlHandler(desk, decoder, new Peer(42, 4242)));
    }

    @Test
    void answersWithTheRecord() {
        call("{'method':'io.shipote.Echo','parameters':{'text':'hi'}}");
        assertReply("{'parameters':{'text':'hi'}}");
    }

    @Test
    void moreOnAMethodThatHasOneAnswerIsAllowed() {
        call("{'method':'io.shipote.Echo','parameters':{'text':'hi'},'more':true}");
        assertReply("{'parameters':{'text':'hi'}}");
    }

    @Test
    void answersComeInTheOrderOfTheCalls() {
        call("{'method':'io.shipote.Later'}");
        call("{'method':'io.shipote.Echo','parameters':{'text':'second'}}");
        assertNull(channel.readOutbound());
        assertFalse(channel.config().isAutoRead());
        open.get(0).reply(new EchoOut("first"));
        assertReply("{'parameters':{'text':'first'}}");
        assertReply("{'parameters':{'text':'second'}}");
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void aLateOrSecondAnswerIsDropped() {
        call("{'method':'io.shipote.Later'}");
        open.get(0).reply(new EchoOut("first"));
        open.get(0).reply(new EchoOut("again"));
        open.get(0).fail(new ShipoteException(ErrorCode.BUSY, "again"));
        assertFalse(open.get(0).next(new EchoOut("again")));
        assertReply("{'parameters':{'text':'first'}}");
        assertNull(channel.readOutbound());
    }

    @Test
    void onewayGetsNoAnswerAndTheNextCallIsTaken() {
        call("{'method':'io.shipote.Echo','parameters':{'text':'quiet'},'oneway':true}");
        call("{'method':'io.shipote.Refuse','oneway':true}");
        call("{'method':'io.shipote.Nothing','oneway':true}");
        call("{'method':'io.shipote.Echo','parameters':{'text':'loud'}}");
        assertReply("{'parameters':{'text':'loud'}}");
        assertNull(channel.readOutbound());
    }

    @Test
    void unknownNamesHaveTheirOwnErrors() {
        call("{'method':'io.shipote.Nothing'}");
        assertReply("{'error':'org.varlink.service.MethodNotFound','parameters':{'method':'io.shipote.Nothing'}}");
        call("{'method':'org.example.Nothing'}");
        assertReply("{'error':'org.varlink.service.InterfaceNotFound','parameters':{'interface':'org.example'}}");
        call("{'method':''}");
        assertReply("{'error':'org.varlink.service.InterfaceNotFound','parameters':{'interface':''}}");
        call("{'method':'org.varlink.service.GetInterfaceDescription','parameters':{'interface':'x.y'}}");
        assertReply("{'error':'org.varlink.service.InterfaceNotFound','parameters':{'interface':'x.y'}}");
    }

    @Test
    void badParametersAreNamedAndTheConnectionStays() {
        call("{'method':'io.shipote.Echo','parameters':{}}");
        assertInvalid("text");
        call("{'method':'io.shipote.Echo'}");
        assertInvalid("text");
        call("{'method':'io.shipote.Echo','parameters':{'text':'a','number':'x'}}");
        assertInvalid("number");
        call("{'method':'io.shipote.Echo','parameters':{'text':'a','other':1}}");
        assertInvalid("other");
        call("{'method':'io.shipote.Echo','parameters':{'text':'a'},'upgrade':true}");
        assertInvalid("upgrade");
        assertTrue(channel.isOpen());
    }

    @Test
    void aStreamNeedsMore() {
        call("{'method':'io.shipote.Stream'}");
        assertReply("{'error':'org.varlink.service.ExpectedMore','parameters':{}}");
        call("{'method':'io.shipote.Stream','more':true}");
        assertTrue(open.get(0).next(new EchoOut("1")));
        assertTrue(open.get(0).next(new EchoOut("2")));
        open.get(0).reply(new EchoOut("3"));
        assertReply("{'parameters':{'text':'1'},'continues':true}");
        assertReply("{'parameters':{'text':'2'},'continues':true}");
        assertReply("{'parameters':{'text':'3'}}");
        channel.close();
        assertEquals(List.of(), happened);
    }

    @Test
    void aClientThatGoesAwayIsNoticedOnce() {
        call("{'method':'io.shipote.Stream','more':true}");
        Exchange stream = open.get(0);
        assertEquals(42, stream.peer().uid());
        assertTrue(stream.writable());
        channel.close();
        assertEquals(List.of("closed"), happened);
        assertFalse(stream.writable());
        assertFalse(stream.next(new EchoOut("late")));
        stream.reply(new EchoOut("late"));
        stream.onClosed(() -> happened.add("at once"));
        assertEquals(List.of("closed", "at once"), happened);
    }

    @Test
    void anAnswerOfSeveralThatIsTooLargeEndsTheCallAndItsHandlerIsTold() {
        call("{'method':'io.shipote.Stream','more':true}");
        Exchange stream = open.get(0);
        assertFalse(stream.next(new EchoOut("x".repeat(2000))));
        assertTrue(reply().contains("\"io.shipote.LimitExceeded\""));
        assertEquals(List.of("closed"), happened);
        assertFalse(stream.next(new EchoOut("late")));
        assertTrue(channel.isOpen());
        call("{'method':'io.shipote.Echo','parameters':{'text':'hi'}}");
        assertReply("{'parameters':{'text':'hi'}}");
    }

    @Test
    void failuresBecomeErrors() {
        call("{'method':'io.shipote.Refuse'}");
        assertReply("{'error':'io.shipote.Ambiguous','parameters':{'message':'which?','candidates':['a','b']}}");
        call("{'method':'io.shipote.Break'}");
        assertTrue(reply().contains("\"io.shipote.Internal\""));
        call("{'method':'io.shipote.Huge'}");
        assertTrue(reply().contains("\"io.shipote.LimitExceeded\""));
        assertTrue(channel.isOpen());
    }

    @Test
    void failuresOfWorkThatComesLaterBecomeErrorsToo() {
        call("{'method':'io.shipote.Later'}");
        open.get(0).attempt(() -> {
            throw new ShipoteException(ErrorCode.AMBIGUOUS, "which?", Map.of());
        });
        assertReply("{'error':'io.shipote.Ambiguous','parameters':{'message':'which?'}}");
        call("{'method':'io.shipote.Later'}");
        open.get(1).attempt(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertTrue(reply().contains("\"io.shipote.Internal\""));
        call("{'method':'io.shipote.Later'}");
        open.get(2).attempt(() -> open.get(2).reply(new EchoOut("good")));
        assertReply("{'parameters':{'text':'good'}}");
    }

    @Test
    void aBadFrameIsAnsweredAndEndsTheConnection() {
        call("{'method':'io.shipote.Stream','more':true}");
        open.get(0).reply(new EchoOut("1"));
        assertReply("{'parameters':{'text':'1'}}");
        call("nonsense");
        assertTrue(reply().startsWith(
                        "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":\"frame\""));
        assertFalse(channel.isOpen());
    }

    @Test
    void tellsWhoItIs() {
        call("{'method':'org.varlink.service.GetInfo'}");
        assertReply("{'parameters':{'vendor':'shipote','product':'shipote','version':'1.2.3','url':'',"
                + "'interfaces':['org.varlink.service','io.shipote']}}");
    }

    private void call(String json) {
        channel.writeInbound(Unpooled.copiedBuffer(json.replace('\'', '"') + "\0", StandardCharsets.UTF_8));
    }

    private String reply() {
        ByteBuf frame = channel.readOutbound();
        try {
            String text = frame.toString(StandardCharsets.UTF_8);
            assertTrue(text.endsWith("\0"));
            return text.substring(0, text.length() - 1);
        } finally {
            frame.release();
        }
    }

    private void assertReply(String json) {
        assertEquals(json.replace('\'', '"'), reply());
    }

    private void assertInvalid(String parameter) {
        String start = "{'error':'org.varlink.service.InvalidParameter','parameters':{'parameter':'" + parameter + "'";
        String reply = reply();
        assertTrue(reply.startsWith(start.replace('\'', '"')), reply);
    }
}
