package io.shipote.daemon.control;

import io.shipote.card.wire.ShipoteException;
import java.util.Optional;

/**
 * One call that awaits its answer. Loop only.
 *
 * <p>The connection's next call is not begun before this one has got its last answer ({@link #reply} or {@link #fail}).
 * Once the exchange is over, for whichever reason, every method is without effect: an answer that comes too late is
 * dropped.
 */
public interface Exchange {
    /** The last, or only, answer. */
    void reply(Object outRecord);

    /**
     * One more answer of several ({@code continues}).
     *
     * @return false, and nothing sent, when the client reads too slowly for its output to take this one: count a gap
     *     and go on after {@link #onWritable}. False for good once the exchange is over, or if the client did not ask
     *     for more.
     */
    boolean next(Object outRecord);

    /** Ends the call with an error. */
    void fail(ShipoteException error);

    /** Does work that comes later, when nobody above would answer for what it throws: that ends the call. */
    void attempt(Runnable work);

    /** Whether the client wants the connection to become a stream of bytes with the last answer. */
    boolean wantsUpgrade();

    /**
     * The last answer, after which the connection is no longer one of calls: it belongs to the stream.
     *
     * @return empty if the exchange is over, or the client did not ask for it
     */
    Optional<Duplex> upgrade(Object outRecord);

    /** Whether the client takes several answers. */
    boolean wantsMore();

    /** Whether the client has said that it waits for no answer: it may be gone long before there is one. */
    boolean oneway();

    /** Whether {@link #next} would take an answer now. */
    boolean writable();

    /** Runs the task each time the output has drained after {@link #next} or {@link #writable} said false. */
    void onWritable(Runnable task);

    /**
     * Runs the task once if the call ends by itself before its last answer: the client goes away, the daemon is replaced, or
     * an answer was too large. At once if the client is gone already.
     */
    void onClosed(Runnable task);

    /** How the call goes on if the daemon is replaced; without this its client is told to call again. */
    void resumes(Resumption how);

    /** Who the client is. */
    Peer peer();
}
