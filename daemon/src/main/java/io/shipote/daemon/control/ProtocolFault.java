package io.shipote.daemon.control;

import io.shipote.card.wire.Reply;

/** A call that breaks the protocol's own rules: answered with the error it carries. */
final class ProtocolFault extends RuntimeException {
    private final transient Reply reply;

    ProtocolFault(Reply reply) {
        super(reply.error(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }
}
