package io.shipote.daemon.methods;

import io.shipote.card.wire.DaemonCalls.DiscernIn;
import io.shipote.card.wire.DaemonCalls.DiscernOut;
import io.shipote.card.wire.Discernment;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.pipeline.discern.Discern;
import io.shipote.pipeline.discern.Sample;
import java.util.Base64;
import java.util.Map;

/** Tells what bytes are; the looking is done on the files thread, as the first look loads a table of types. */
public final class DiscernMethods {
    private final Services services;
    private final Discern discern = new Discern();

    public DiscernMethods(Services services) {
        this.services = services;
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("Discern", DiscernIn.class, this::discern);
    }

    private void discern(DiscernIn in, Exchange exchange) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(in.data());
        } catch (IllegalArgumentException e) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC, "data is not base64: " + e.getMessage(), Map.of("path", "data"));
        }
        Sample sample =
                new Sample(bytes, in.fromStart().orElse(true), in.whole().orElse(true));
        services.files().execute(() -> {
            Runnable answer = answer(sample, in, exchange);
            services.host().loop().execute(() -> exchange.attempt(answer));
        });
    }

    /** What is to be done on the loop with what was seen, or went wrong. */
    private Runnable answer(Sample sample, DiscernIn in, Exchange exchange) {
        try {
            Discernment seen = discern.look(sample, in.name());
            return () -> exchange.reply(new DiscernOut(seen));
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }
}
