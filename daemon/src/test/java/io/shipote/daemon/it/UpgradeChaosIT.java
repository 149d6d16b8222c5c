package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A daemon that is replaced again and again, while commands write a line each millisecond and a client changes things
 * without pause. {@code -Dshipote.upgrades=N} asks for that many; without it the time bounds them.
 */
@Timeout(1_800)
class UpgradeChaosIT implements ChaosClient.Watcher {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<Integer> ASKED = Optional.ofNullable(Integer.getInteger("shipote.upgrades"));
    private static final int UPGRADES = ASKED.orElse(100);
    /** However slow the host is. */
    private static final int LEAST = 20;

    private static final Duration ENOUGH = Duration.ofSeconds(240);
    private static final UpgradeIn AS_IT_IS = new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty());
    private static final long HOUR_MS = 3_600_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ChaosClient changes = new ChaosClient("c-", System.nanoTime());
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger doubts = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Long> paused = new ArrayList<>();
    private DaemonHarness daemon;
    private Room room;
    private GroupGround groups;
    private ChaosGround ground;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.prepared();
        groups = daemon.ownGroups();
        ground = new ChaosGround(daemon, groups);
        daemon.start();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        over.set(true);
        threads.shutdownNow();
        daemon.close();
        assertTrue(threads.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS));
        assertEquals(List.of(), ground.groups(), "groups are left");
        groups.remove();
    }

    /** Prints a number each millisecond, more or less, until there is a file. It starts no process for a line. */
    private String counter() {
        return "exec 3<> <(:); i=0; until [ -e " + enough()
                + " ]; do i=$((i+1)); echo $i; read -t 0.001 -u 3; done; exit 0";
    }

    private Path enough() {
        return daemon.directory().resolve("enough");
    }

    @Test
    void noLineNoChangeAndNoTimerIsLost() throws Exception {
        String alone = room.named(
                        workspace,
                        "alone",
                        RestartPolicy.of(RestartPolicy.Policy.ON_FAILURE),
                        Specs.command("/bin/bash", "-c", counter()))
                .id();
        Path sink = daemon.directory().resolve("sink");
        String pipeline = room.pipeline(Specs.tapped(Specs.chain(
                        "edge", workspace, "exec /bin/bash -c '" + counter() + "'", "exec cat", "exec cat >" + sink)))
                .id();
        RestartPolicy patient = new RestartPolicy(
                RestartPolicy.Policy.ON_FAILURE,
                Optional.of(HOUR_MS),
                Optional.of(HOUR_MS),
                Optional.empty(),
                Optional.empty());
        room.named(workspace, "failing", patient, Specs.shell("exit 3"));
        String mortal = room.workspace(WorkspaceSpec.of("mortal").withTtlMs(Optional.of(U64.of(HOUR_MS))));
        await().atMost(SOON).until(() -> room.command("failing").state() == JobState.BACKOFF);
        List<String> before = facts(pipeline, mortal);
        TapFollower tap = new TapFollower(daemon.socket(), pipeline, "0");
        CompletableFuture<Void> tapping = CompletableFuture.runAsync(tap::follow, threads);
        CompletableFuture<Void> changing = CompletableFuture.runAsync(this::change, threads);
        upgradeAgainAndAgain(before, pipeline, mortal);
        over.set(true);
        changing.get(SOON.toSeconds(), TimeUnit.SECONDS);
        Files.createFile(enough());
        assertEquals(0, room.await(alone).status(), daemon::story);
        assertEquals(0, room.await(pipeline).status(), daemon::story);
        tapping.get(SOON.toSeconds(), TimeUnit.SECONDS);
        long logged = Counted.lines(room.logs(alone));
        long sunk = Counted.lines(Files.readString(sink));
        assertEquals(0, room.command(alone).restarts());
        assertEquals(0, room.pipeline(pipeline).restarts());
        assertTrue(tap.seen() > 0 && tap.last() <= sunk, tap::toString);
        checkChanges();
        // Nothing else runs.
        await().atMost(SOON).untilAsserted(() -> ground.assertProcesses(ChaosView.of(daemon.client())));
        System.out.println("upgrades: " + paused.size() + ", calls waited " + Counted.quartiles(paused) + " ms; lines: "
                + logged + " logged, " + sunk + " through the tapped edge, none lost, none doubled; " + tap + "; "
                + acknowledged + " changes acknowledged, " + doubts + " in doubt");
    }

    private void upgradeAgainAndAgain(List<String> before, String pipeline, String mortal) {
        long begun = System.nanoTime();
        long pid = daemon.client().health().pid();
        while (paused.size() < UPGRADES
                && (ASKED.isPresent() || paused.size() < LEAST || System.nanoTime() - begun < ENOUGH.toNanos())) {
            long written = room.command("alone").logBytes();
            UpgradeOut done = daemon.client().upgrade(AS_IT_IS);
            paused.add(done.pausedMs());
            assertEquals(pid, done.pid());
            await().atMost(SOON).until(() -> daemon.client().health().state().equals("ready"));
            assertEquals(before, facts(pipeline, mortal), daemon::story);
            long so = acknowledged.get();
            await().atMost(SOON).until(() -> room.command("alone").logBytes() > written && acknowledged.get() > so);
        }
        assertEquals(pid, daemon.pid());
    }

    @Override
    public void begins(ChaosStep.Kind kind) {
        // Upgrades come whatever goes on.
    }

    @Override
    public boolean acknowledged() {
        acknowledged.incrementAndGet();
        return !over.get();
    }

    /** Until it is enough. What an upgrade has cut short is looked up, as a user would. */
    private void change() {
        while (!over.get()) {
            changes.work(daemon.socket(), this);
            if (!over.get()) {
                doubts.incrementAndGet();
                System.out.println("cut short: " + changes.doing());
                checkChanges();
            }
        }
    }

    /** What must not change: processes, counts of restarts, what is due when. */
    private List<String> facts(String pipeline, String mortal) {
        List<String> facts = new ArrayList<>();
        List<CommandStatus> all = new ArrayList<>(room.commands(workspace));
        all.addAll(room.pipeline(pipeline).stages());
        for (CommandStatus one : all) {
            facts.add(one.label() + " " + one.id() + " " + one.run() + " " + one.pid() + " " + one.state() + " "
                    + one.restarts() + " " + one.nextTryMs());
        }
        facts.add("holders " + room.pipeline(pipeline).holders());
        facts.add("deadline "
                + daemon.client().workspaces().show(mortal).workspace().deadlineMs());
        return facts;
    }

    /** Each change that was acknowledged is there, once. */
    private void checkChanges() {
        await().atMost(SOON).ignoreException(ShipoteException.class).untilAsserted(() -> {
            ChaosView view = ChaosView.of(daemon.client());
            ChaosWorld seen = view.of(changes.prefix());
            assertTrue(
                    changes.possible().stream().anyMatch(world -> view.fits(world, seen)),
                    () -> "was doing " + changes.doing() + "\nremembered: " + changes.possible() + "\nseen: " + seen);
            changes.settle(seen);
        });
    }
}
