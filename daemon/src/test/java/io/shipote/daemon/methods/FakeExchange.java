package io.shipote.daemon.methods;

import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.control.Duplex;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.Peer;
import io.shipote.daemon.control.Resumption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A call of a client that takes every answer at once. */
final class FakeExchange implements Exchange {
    final List<Object> answers = new ArrayList<>();
    final List<RuntimeException> failures = new ArrayList<>();
    private final List<Runnable> onClosed = new ArrayList<>();
    private final boolean oneway;

    FakeExchange(boolean oneway) {
        this.oneway = oneway;
    }

    /** The client goes away. */
    void leave() {
        onClosed.forEach(Runnable::run);
        onClosed.clear();
    }

    @Override
    public void reply(Object outRecord) {
        answers.add(outRecord);
    }

    @Override
    public boolean next(Object outRecord) {
        return answers.add(outRecord);
    }

    @Override
    public void fail(ShipoteException error) {
        failures.add(error);
    }

    @Override
    public void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    @Override
    public boolean wantsUpgrade() {
        return false;
    }

    @Override
    public Optional<Duplex> upgrade(Object outRecord) {
        return Optional.empty();
    }

    @Override
    public boolean wantsMore() {
        return true;
    }

    @Override
    public boolean oneway() {
        return oneway;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void onWritable(Runnable task) {}

    @Override
    public void onClosed(Runnable task) {
        onClosed.add(task);
    }

    @Override
    public void resumes(Resumption how) {}

    @Override
    public Peer peer() {
        return new Peer(0, 1);
    }
}
