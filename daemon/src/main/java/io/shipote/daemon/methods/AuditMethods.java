package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.DaemonCalls.AuditIn;
import io.shipote.card.wire.DaemonCalls.AuditOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.audit.AuditLog;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** The method that reads and follows the audit log. */
public final class AuditMethods {
    private static final long DEFAULT_TAIL = 100;

    private final AuditLog log;

    public AuditMethods(Services services) {
        this.log = services.audit();
    }

    /** Adds it to the table. */
    public void register(MethodTable table) {
        table.on("Audit", AuditIn.class, this::audit);
    }

    private void audit(AuditIn in, Exchange exchange) {
        long tail = in.tail().orElse(DEFAULT_TAIL);
        if (tail < 0 || tail > AuditLog.MAX_TAIL) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "tail must be from 0 to " + AuditLog.MAX_TAIL
                            + " (older lines are in audit.jsonl and its generations)",
                    Map.of("limit", "tail", "value", AuditLog.MAX_TAIL));
        }
        if (in.follow().orElse(false) && exchange.wantsMore()) {
            new Follower(exchange).begin((int) tail);
            return;
        }
        log.tail((int) tail, read -> read.error()
                .ifPresentOrElse(e -> exchange.fail(unreadable(e)), () -> exchange.reply(new AuditOut(read.lines()))));
    }

    private static ShipoteException unreadable(Exception e) {
        return new ShipoteException(ErrorCode.INTERNAL, "the audit log cannot be read: " + e.getMessage());
    }

    /** Sends the tail, then every later line in order; what the client does not take waits, up to a bound. */
    private final class Follower {
        private final Exchange exchange;
        private final Queue<ObjectNode> held = new ArrayDeque<>();
        private boolean reading = true;
        private Runnable leave = () -> {};

        private Follower(Exchange exchange) {
            this.exchange = exchange;
        }

        private void begin(int tail) {
            leave = log.follow(this::take);
            exchange.onClosed(() -> leave.run());
            exchange.onWritable(this::flush);
            exchange.resumes(new Resumption(
                    true,
                    () -> reading || !held.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new AuditIn(Optional.of(0L), Optional.of(true)))));
            log.tail(tail, read -> {
                if (read.error().isPresent()) {
                    leave.run();
                    exchange.fail(unreadable(read.error().get()));
                    return;
                }
                reading = false;
                if (!read.lines().isEmpty()) {
                    exchange.next(new AuditOut(read.lines()));
                }
                flush();
            });
        }

        private void take(ObjectNode line) {
            if (held.size() >= AuditLog.MAX_WAITING) {
                leave.run();
                exchange.fail(new ShipoteException(
                        ErrorCode.LIMIT_EXCEEDED,
                        "this reader is too slow: " + AuditLog.MAX_WAITING + " lines wait (begin anew with a tail)",
                        Map.of("limit", "audit lines", "value", AuditLog.MAX_WAITING)));
                return;
            }
            held.add(line);
            flush();
        }

        private void flush() {
            while (!reading && !held.isEmpty() && exchange.next(new AuditOut(List.of(held.peek())))) {
                held.remove();
            }
        }
    }
}
