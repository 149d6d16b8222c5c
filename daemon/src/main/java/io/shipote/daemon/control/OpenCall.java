package io.shipote.daemon.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.Reply;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The call that a connection is answering. Loop only. */
final class OpenCall implements Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(OpenCall.class);

    private static final String WAIT = MethodTable.INTERFACE + ".Wait";

    private final ControlHandler connection;
    private final Call call;
    private final List<Runnable> onWritable = new ArrayList<>(1);
    private final List<Runnable> onClosed = new ArrayList<>(1);
    private Optional<Resumption> resumption = Optional.empty();
    private boolean over;
    private boolean abandoned;

    OpenCall(ControlHandler connection, Call call) {
        this.connection = connection;
        this.call = call;
    }

    @Override
    public void reply(Object outRecord) {
        if (!over) {
            end(encode(outRecord, false));
            connection.over(call, new CallObserver.Outcome(Optional.empty(), Optional.of(outRecord)));
        }
    }

    @Override
    public boolean next(Object outRecord) {
        if (over || !call.more()) {
            return false;
        }
        byte[] frame = encode(outRecord, true);
        if (frame.length > connection.limits().replyBytes()) {
            // It is not the handler that ends it.
            onClosed.forEach(connection.loop()::execute);
            fail(tooLarge(frame.length));
            return false;
        }
        if (!connection.output().hasRoom(frame.length)) {
            return false;
        }
        connection.output().send(frame);
        return true;
    }

    @Override
    public boolean wantsUpgrade() {
        return call.upgrade();
    }

    @Override
    public Optional<Duplex> upgrade(Object outRecord) {
        if (over || !call.upgrade()) {
            return Optional.empty();
        }
        byte[] frame = encode(outRecord, false);
        over = true;
        forget();
        connection.over(call, new CallObserver.Outcome(Optional.empty(), Optional.of(outRecord)));
        return Optional.of(connection.upgrade(frame));
    }

    @Override
    public void fail(ShipoteException error) {
        fault(Faults.of(connection.json(), error));
    }

    /** Ends the call with an error that stands as it is. */
    void fault(Reply error) {
        if (!over) {
            end(encode(error));
            connection.over(call, new CallObserver.Outcome(Optional.of(error.error()), Optional.empty()));
        }
    }

    /** Ends the call after an exception that nobody expected. */
    void broken(RuntimeException e) {
        LOG.error("{} failed", call.method(), e);
        fail(internal());
    }

    @Override
    public void attempt(Runnable work) {
        try {
            work.run();
        } catch (ShipoteException e) {
            fail(e);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    @Override
    public boolean wantsMore() {
        return call.more();
    }

    @Override
    public boolean oneway() {
        return call.oneway();
    }

    @Override
    public boolean writable() {
        return !over && connection.output().hasRoom(1);
    }

    @Override
    public void onWritable(Runnable task) {
        if (!over) {
            onWritable.add(task);
        }
    }

    @Override
    public void onClosed(Runnable task) {
        if (abandoned) {
            connection.loop().execute(task);
        } else if (!over) {
            onClosed.add(task);
        }
    }

    @Override
    public void resumes(Resumption how) {
        resumption = Optional.of(how);
    }

    /** What is to be made of it by the next program; empty if it cannot go on there. */
    Optional<Call> successor() {
        return resumption
                .flatMap(how -> how.parameters().get())
                .map(in -> new Call(call.method(), connection.json().toTree(in), call.more(), false, false));
    }

    /** Whether its successor is to be made before anything is restored. */
    boolean early() {
        return resumption.filter(Resumption::early).isPresent();
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    /** There is room again. */
    void drained() {
        // By way of the loop: the task may write, and this is inside the completion of a write.
        onWritable.forEach(task -> connection.loop().execute(() -> {
            if (!over) {
                task.run();
            }
        }));
    }

    /** The client is gone. */
    void abandon() {
        if (!over) {
            over = true;
            abandoned = true;
            onClosed.forEach(connection.loop()::execute);
            forget();
            connection.over(call, new CallObserver.Outcome(Optional.empty(), Optional.empty()));
        }
    }

    /** Whether it waits for something that may never come, and changes nothing. */
    boolean standing() {
        return call.more() || call.method().equals(WAIT);
    }

    /** Ends the call because the daemon is being replaced. */
    void breakOff() {
        onClosed.forEach(connection.loop()::execute);
        fail(
                standing()
                        ? new ShipoteException(
                                ErrorCode.BUSY,
                                "the daemon is being replaced by another version (call again)",
                                Map.of("limit", "upgrade"))
                        : new ShipoteException(
                                ErrorCode.BUSY,
                                "the daemon was replaced before this was done; what had begun goes on (see: shipote why)",
                                Map.of("limit", "interrupted")));
    }

    /** Ends the call because the daemon stops. */
    void stopping() {
        onClosed.forEach(connection.loop()::execute);
        fail(new ShipoteException(
                ErrorCode.BUSY, "the daemon stops; what it runs goes on (call again)", Map.of("limit", "stopping")));
    }

    private void end(byte[] frame) {
        over = true;
        forget();
        if (!call.oneway()) {
            boolean tooLarge = frame.length > connection.limits().replyBytes();
            connection.output().send(tooLarge ? encode(Faults.of(connection.json(), tooLarge(frame.length))) : frame);
        }
        connection.ended(this);
    }

    private void forget() {
        onWritable.clear();
        onClosed.clear();
    }

    private byte[] encode(Object outRecord, boolean continues) {
        try {
            return encode(new Reply(connection.json().toTree(outRecord), continues, null));
        } catch (IllegalArgumentException e) {
            LOG.error("the reply of {} cannot be written", call.method(), e);
            return encode(Faults.of(connection.json(), internal()));
        }
    }

    private byte[] encode(Reply reply) {
        try {
            return connection.output().encode(reply);
        } catch (JsonProcessingException e) {
            LOG.error("the reply of {} is not valid text", call.method(), e);
            Reply plain = new Reply(JsonNodeFactory.instance.objectNode(), false, ErrorCode.INTERNAL.wireName());
            plain.parameters().put("message", internal().getMessage());
            return encode(plain);
        }
    }

    private ShipoteException tooLarge(int bytes) {
        return new ShipoteException(
                ErrorCode.LIMIT_EXCEEDED,
                "the reply has " + bytes + " bytes, more than "
                        + connection.limits().replyBytes() + ": ask for less at a time (limit)");
    }

    private static ShipoteException internal() {
        return new ShipoteException(ErrorCode.INTERNAL, "internal error; the daemon's log has the details");
    }
}
