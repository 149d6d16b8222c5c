package io.shipote.core;

import io.shipote.card.wire.ShipoteException;
import java.util.function.Consumer;

/** Where the outcome of a request goes; exactly one of its methods is called once, on the loop. */
public interface Answer<T> {
    void ok(T value);

    void fail(ShipoteException cause);

    static <T> Answer<T> of(Consumer<T> ok, Consumer<ShipoteException> fail) {
        return new Answer<>() {
            @Override
            public void ok(T value) {
                ok.accept(value);
            }

            @Override
            public void fail(ShipoteException cause) {
                fail.accept(cause);
            }
        };
    }

    /** An answer that goes on with {@code ok} and hands failures to this one. */
    default <S> Answer<S> then(Consumer<S> ok) {
        return of(ok, this::fail);
    }
}
