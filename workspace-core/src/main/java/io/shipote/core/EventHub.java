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
                detail,
                Optional.empty());
    }

    /** Something that the daemon did to a workspace of its own accord. */
    public void act(String act, String kind, Workspace workspace, String detail) {
        publish(
                kind,
                workspace,
                Optional.empty(),
                Optional.empty(),
                workspace.state().word(),
                detail,
                Optional.of(act));
    }

    /** Something that happened to the daemon as a whole; {@code kind} is its act too. */
    public void daemon(String kind, String state, String detail) {
        publish(new Event(
                loop.wallMillis(),
                kind,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(state),
                Optional.of(detail),
                Optional.of(kind)));
    }

    /** A command changed its state; by an act of the daemon's own, if there is one. */
    public void command(
            Workspace workspace, String command, String state, String detail, Optional<Supervisor.Act> act) {
        publish(
                "command",
                workspace,
                Optional.of(command),
                Optional.empty(),
                state,
                detail,
                act.map(Supervisor.Act::word));
    }

    /** A pipeline changed its state; by an act of the daemon's own, if there is one. */
    public void pipeline(
            Workspace workspace, String pipeline, String state, String detail, Optional<Supervisor.Act> act) {
        publish(
                "pipeline",
                workspace,
                Optional.empty(),
                Optional.of(pipeline),
                state,
                detail,
                act.map(Supervisor.Act::word));
    }

    private void publish(
            String kind,
            Workspace workspace,
            Optional<String> command,
            Optional<String> pipeline,
            String state,
            String detail,
            Optional<String> act) {
        publish(new Event(
                loop.wallMillis(),
                kind,
                Optional.of(workspace.id().text()),
                command,
                pipeline,
                Optional.of(state),
                Optional.of(detail),
                act));
    }

    private void publish(Event event) {
        List.copyOf(subscribers).forEach(subscriber -> subscriber.accept(event));
    }
}
