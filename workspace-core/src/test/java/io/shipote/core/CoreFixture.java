package io.shipote.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.CommandRef;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Event;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.FoldResult;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A domain over a fake launcher, a loop that the test turns and files in memory. {@link #crashed} gives the next
 * daemon over the same files, records and processes.
 */
public final class CoreFixture {
    public static final Path STATE = Path.of("/state/state.json");
    private static final Path DIR = STATE.getParent();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CHAIN = 4;

    public final ManualLoop loop = new ManualLoop();
    public final MemoryDisk disk;
    public final FakeLauncher launcher;
    public final StateStore store;
    public final Host host;
    public final Intents intents;
    public final Workspaces workspaces;
    public final Commands commands;
    public final Quarantine quarantine = new Quarantine();
    public final List<Event> events = new ArrayList<>();

    private CoreFixture(MemoryDisk disk, CoreFixture before) {
        this.disk = disk;
        if (before != null) {
            loop.shiftWall(Duration.ofMillis(before.loop.wallMillis() - loop.wallMillis()));
        }
        launcher = before == null ? new FakeLauncher(loop) : FakeLauncher.after(before.launcher, loop);
        EventHub hub = new EventHub(loop);
        hub.subscribe(events::add);
        host = new Host(loop, launcher, hub, new Ids(loop), "boot-1", 4, () -> 0.5, Retention.DEFAULTS);
        try {
            store = StateStore.open(DIR, disk, CoreFixture::key, StateStore.Options.AS_IT_IS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.attach(loop);
        intents = new Intents(store, host);
        workspaces = new Workspaces(host, intents);
        commands = new Commands(host, intents, workspaces);
    }

    /** A first start: nothing is there. */
    public static CoreFixture fresh() {
        return new CoreFixture(new MemoryDisk(), null);
    }

    /** A first start over a snapshot file. */
    public static CoreFixture over(byte[] state) {
        MemoryDisk disk = new MemoryDisk();
        disk.set(STATE, state);
        return new CoreFixture(disk, null);
    }

    /** A first start over a snapshot file of the fixtures. */
    public static CoreFixture over(String fixture) {
        try (InputStream in = CoreFixture.class.getResourceAsStream("/fixtures/snapshot/" + fixture)) {
            return over(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next daemon after this one was killed; it has restored nothing yet. This one is to be left alone then. */
    public CoreFixture crashed() {
        return crashed(Duration.ZERO);
    }

    /** The next daemon, that much later. */
    public CoreFixture crashed(Duration later) {
        loop.shiftWall(later);
        return new CoreFixture(disk, this);
    }

    /** Restores the workspaces and revives their commands. */
    public CoreFixture restore() {
        RestoreWorkspaces restore = new RestoreWorkspaces(host, intents, workspaces, quarantine);
        restore.read(store.entries(Section.WORKSPACES));
        boolean[] done = new boolean[1];
        restore.revive(new RunsFound(launcher.records()), () -> done[0] = true);
        until(() -> done[0]);
        restore.finish();
        return this;
    }

    private static String key(Section section, byte[] entry, int index) {
        JsonNode node = CardJson.parse(entry);
        String inner = node.path("shipote").path("id").asText("#" + index);
        return section == Section.WORKSPACES
                ? node.path("id").asText()
                : section == Section.SAVED_PIPELINES ? node.path("name").asText() : inner;
    }

    /** Makes the call and waits for its good answer. */
    public <T> T ok(Consumer<Answer<T>> call) {
        List<T> answers = new ArrayList<>();
        boolean[] done = new boolean[1];
        call.accept(Answer.of(
                value -> {
                    answers.add(value);
                    done[0] = true;
                },
                e -> {
                    throw new AssertionError("refused: " + e.getMessage(), e);
                }));
        until(() -> done[0]);
        return answers.get(0);
    }

    /** Makes the call and waits for its refusal, thrown or answered. */
    public <T> ShipoteException refused(Consumer<Answer<T>> call) {
        List<ShipoteException> answers = new ArrayList<>();
        try {
            call.accept(Answer.of(
                    value -> {
                        throw new AssertionError("not refused, but " + value);
                    },
                    answers::add));
        } catch (ShipoteException e) {
            return e;
        }
        until(() -> !answers.isEmpty());
        return answers.get(0);
    }

    public void until(java.util.function.BooleanSupplier condition) {
        loop.awaitUntil(condition, LIMIT);
    }

    /** Lets everything happen that is under way, the disk included; no time passes. */
    public void settle() {
        for (int i = 0; i < CHAIN; i++) {
            boolean[] done = new boolean[1];
            store.remove(Section.SAVED_PIPELINES, "none", error -> done[0] = true);
            until(() -> done[0]);
        }
        loop.run();
    }

    /** Lets what is under way happen, then time pass, then what that brings about happen. */
    public void pass(Duration time) {
        settle();
        loop.advance(time);
        settle();
    }

    public FoldResult fold() {
        List<FoldResult> answers = new ArrayList<>();
        store.fold(answers::add);
        until(() -> !answers.isEmpty());
        return answers.get(0);
    }

    public Workspace workspace(String label) {
        return workspace(WorkspaceSpec.of(label));
    }

    public Workspace workspace(WorkspaceSpec spec) {
        return ok(answer -> workspaces.create(spec, false, answer));
    }

    /** What a client would ask for to run {@code sleep} under this label. */
    public static CommandRef sleep(String label) {
        return CommandRef.nativeCommand(label, "/bin/sleep", List.of("1000"));
    }

    public static Commands.Request unnamed(String label) {
        return new Commands.Request(sleep(label), Optional.empty(), RestartPolicy.NEVER);
    }

    public static Commands.Request named(String name, RestartPolicy policy) {
        return new Commands.Request(sleep(name), Optional.of(name), policy);
    }

    /** Always or on failure, with this first delay and this many restarts; 0 is no limit. */
    public static RestartPolicy policy(RestartPolicy.Policy when, long backoffMs, long max) {
        return new RestartPolicy(when, Optional.of(backoffMs), Optional.empty(), Optional.of(max), Optional.empty());
    }

    public Command run(Workspace workspace, Commands.Request request) {
        return ok(answer -> commands.run(workspace, request, answer));
    }
}
