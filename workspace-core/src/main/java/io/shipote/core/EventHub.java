package io.shipote.core;

import io.shipote.card.wire.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells subscribers what happens. A subscriber must not block: it counts what it cannot take. Confined to the loop. */
public final class EventHub {
    private final Loop loop;
    private final List<Consumer<Event>> subscribers = new ArrayList<>();

    public EventHub(Loop loop) {
        this.loop = loop;
    }

    /** The returned task ends the subscription. */
    public Runnable subscribe(Consumer<Event> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /** Something that happened to a workspace. */
    public void workspace(String kind, Workspace workspace, String detail) {
        publish(
                kind,
                workspace,
                Optional.empty(),
                Optional.empty(),
                workspace.state().word(),
                detail);
    }

    /** A command changed its state. */
    public void command(Workspace workspace, String command, String state, String detail) {
        publish("command", workspace, Optional.of(command), Optional.empty(), state, detail);
    }

    /** A pipeline changed its state. */
    public void pipeline(Workspace workspace, String pipeline, String state, String detail) {
        publish("pipeline", workspace, Optional.empty(), Optional.of(pipeline), state, detail);
    }

    private void publish(
            String kind,
            Workspace workspace,
            Optional<String> command,
            Optional<String> pipeline,
            String state,
            String detail) {
        if (subscribers.isEmpty()) {
            return;
        }
        Event event = new Event(
                loop.wallMillis(),
                kind,
                Optional.of(workspace.id().text()),
                command,
                pipeline,
                Optional.of(state),
                Optional.of(detail));
        List.copyOf(subscribers).forEach(subscriber -> subscriber.accept(event));
    }
}
