package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Shipote;
import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exec in place. The system property {@code shipote.upgrades} makes more of them. */
@Timeout(240)
class UpgradeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int UPGRADES = Integer.getInteger("shipote.upgrades", 5);
    private static final UpgradeIn AS_IT_IS = new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty());

    private DaemonHarness daemon;
    private Room room;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    private static UpgradeIn with(Optional<String> java, String... flags) {
        return new UpgradeIn(java, Optional.empty(), Optional.of(List.of(flags)));
    }

    /** Counts until there is a file. */
    private String counter() {
        return "i=0; until [ -e " + daemon.directory() + "/enough ]; do i=$((i+1)); echo $i; sleep 0.005; done";
    }

    private static String upTo(long last) {
        return LongStream.rangeClosed(1, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    private static long lines(String text) {
        return text.lines().count();
    }

    @Test
    void noProcessEndsAndNoLineIsLost() throws Exception {
        String alone = room.named(
                        workspace, "alone", RestartPolicy.of(RestartPolicy.Policy.ON_FAILURE), Specs.shell(counter()))
                .id();
        String fan = room.pipeline(
                        Specs.graph("fan", workspace, List.of(counter(), "exec cat", "exec cat"), "0>1", "0>2"))
                .id();
        await().atMost(SOON).until(() -> room.outputs(fan).size() >= 2);
        List<CommandStatus> before = alive(fan);
        assertEquals(4, before.size());
        long pid = daemon.client().health().pid();
        Optional<List<Long>> holders = room.pipeline(fan).holders();
        assertTrue(holders.isPresent());
        List<Long> paused = new ArrayList<>();
        for (int i = 0; i < UPGRADES; i++) {
            long logged = before.stream().mapToLong(CommandStatus::logBytes).sum();
            UpgradeOut done = daemon.client().upgrade(AS_IT_IS);
            paused.add(done.pausedMs());
            assertEquals(pid, done.pid());
            ready();
            assertEquals(facts(before), facts(alive(fan)), daemon::story);
            assertEquals(holders, room.pipeline(fan).holders());
            await().atMost(SOON)
                    .until(() -> alive(fan).stream()
                                    .mapToLong(CommandStatus::logBytes)
                                    .sum()
                            > logged);
        }
        assertEquals(pid, daemon.pid());
        Files.createFile(daemon.directory().resolve("enough"));
        assertEquals(0, room.await(alone).status());
        assertEquals(0, room.await(fan).status());
        String counted = room.logs(alone);
        assertEquals(upTo(lines(counted)), counted);
        List<String> copies = List.copyOf(room.outputs(fan).values());
        assertEquals(2, copies.size());
        assertEquals(upTo(lines(copies.get(0))), copies.get(0));
        assertEquals(copies.get(0), copies.get(1));
        System.out.println("calls waited, in ms, over " + UPGRADES + " upgrades: "
                + paused.stream().sorted().toList());
    }

    @Test
    void whatANewVersionSaysWhileItIsTriedDoesNotHoldItUp() {
        String much = "-Xlog:class+load:stderr";
        UpgradeOut done = daemon.client().upgrade(with(Optional.empty(), much));
        assertEquals(daemon.pid(), done.pid());
        ready();
    }

    private void ready() {
        await().atMost(SOON).until(() -> daemon.client().health().state().equals("ready"));
    }

    private List<CommandStatus> alive(String pipeline) {
        return Stream.concat(room.commands(workspace).stream(), room.pipeline(pipeline).stages().stream())
                .filter(command -> command.pid().isPresent())
                .toList();
    }

    private static List<String> facts(List<CommandStatus> commands) {
        return commands.stream()
                .map(c -> c.label() + " " + c.id() + " " + c.run() + " " + c.pid() + " " + c.state() + " restarts "
                        + c.restarts())
                .sorted()
                .toList();
    }

    @Test
    void aVersionThatCannotStartDoesNotTakeOver() throws Exception {
        long pid = daemon.client().health().pid();
        ShipoteException refused = Room.refused(
                ErrorCode.NOT_STARTED, () -> daemon.client().upgrade(with(Optional.empty(), "-XX:+ThereIsNoSuchFlag")));
        assertTrue(refused.getMessage().contains("ThereIsNoSuchFlag"), refused.getMessage());
        Room.refused(ErrorCode.NOT_STARTED, () -> daemon.client()
                .upgrade(new UpgradeIn(Optional.empty(), Optional.of(List.of("/nonexistent.jar")), Optional.empty())));
        Room.refused(ErrorCode.NOT_STARTED, () -> daemon.client().upgrade(with(Optional.of("/nonexistent/java"))));
        Room.refused(ErrorCode.INVALID_SPEC, () -> daemon.client().upgrade(with(Optional.of("java"))));
        assertEquals(pid, daemon.client().health().pid());
        assertEquals(0, room.ended(workspace, Specs.command("/bin/true")).status());
    }

    /** As a newer format would be to an older program: it is told, and nothing is touched. */
    @Test
    void aVersionThatCannotReadTheStateDoesNotTakeOver() throws Exception {
        daemon.client().saveSnapshot();
        Path state = daemon.state().resolve("state.json");
        String whole = Files.readString(state);
        Files.writeString(state, whole.replaceFirst("\"version\": ?4", "\"version\": 99"));
        assertNotEquals(whole, Files.readString(state));
        ShipoteException refused =
                Room.refused(ErrorCode.NOT_STARTED, () -> daemon.client().upgrade(AS_IT_IS));
        assertTrue(refused.getMessage().contains("state.json"), refused.getMessage());
        assertEquals("ready", daemon.client().health().state());
        Files.writeString(state, whole);
        daemon.client().upgrade(AS_IT_IS);
    }

    /** A virtual machine that is gone when it has been tried. */
    private String java() throws IOException {
        Path script = daemon.directory().resolve("java");
        Files.writeString(script, "#!/bin/sh\nrm \"$0\"\nexec " + DaemonHarness.JAVA + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    @Test
    void anExecThatFailsIsUndone() throws Exception {
        long pid = daemon.client().health().pid();
        String mortal = room.run(workspace, Specs.shell("sleep 0.3; exit 7")).id();
        CompletableFuture<WaitOut> waiter = daemon.client().commands().awaitAsync(mortal, Optional.empty());
        ShipoteException refused =
                Room.refused(ErrorCode.NOT_STARTED, () -> daemon.client().upgrade(with(Optional.of(java()))));
        assertTrue(refused.getMessage().contains("execve"), refused.getMessage());
        assertEquals(pid, daemon.client().health().pid());
        assertEquals(7, waiter.get(SOON.toSeconds(), TimeUnit.SECONDS).status());
        assertEquals(0, room.ended(workspace, Specs.command("/bin/true")).status());
        daemon.client().upgrade(AS_IT_IS);
    }

    /** It ends as soon as the new program has begun, which takes a while until it looks: a zombie waits for it. */
    @Test
    void anExitInTheGapIsKnownAndWaitedForOnTheSameConnection() throws Exception {
        String mortal = room.run(
                        workspace,
                        Specs.shell("until tr '\\0' '\\n' < /proc/" + daemon.pid()
                                + "/environ | grep -q ^SHIPOTE_HANDOVER=; do sleep 0.01; done; exit 7"))
                .id();
        CompletableFuture<WaitOut> waiter = daemon.client().commands().awaitAsync(mortal, Optional.empty());
        try (WireClient idle = daemon.wire()) {
            daemon.client().upgrade(AS_IT_IS);
            assertEquals(7, waiter.get(SOON.toSeconds(), TimeUnit.SECONDS).status());
            assertTrue(idle.ask("{'method':'io.shipote.Health'}").contains("\"state\""));
        }
        assertEquals(0, room.ended(workspace, withoutHandOver()).status());
    }

    /** What is left to the daemon's next program is not left to what it runs. */
    private static ObjectNode withoutHandOver() {
        return Specs.shell("! env | grep -q -e HANDOVER -e LISTEN_");
    }

    @Test
    void nobodyIsTurnedAwayMeanwhile() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        List<CompletableFuture<Integer>> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            users.add(CompletableFuture.supplyAsync(() -> {
                int calls = 0;
                while (!enough.get()) {
                    // Both ways: a connection of its own each time, and one that is kept.
                    try (Shipote own = Shipote.connect(daemon.socket())) {
                        own.health();
                    }
                    room.run(workspace, Specs.command("/bin/true"));
                    calls++;
                }
                return calls;
            }));
        }
        try {
            for (int i = 0; i < UPGRADES; i++) {
                daemon.client().upgrade(AS_IT_IS);
            }
        } finally {
            enough.set(true);
        }
        for (CompletableFuture<Integer> user : users) {
            assertTrue(user.get(SOON.toSeconds(), TimeUnit.SECONDS) > 0);
        }
        ready();
        for (CommandStatus command : room.commands(workspace)) {
            assertEquals(0, room.await(command.id()).status(), command::toString);
        }
    }

    @Test
    void theCommandLine() throws Exception {
        // The first one takes longer, as it is rehearsed.
        daemon.client().upgrade(AS_IT_IS);
        CliResult result = daemon.cli("upgrade", "--jvm-flag=-Dshipote.it=1");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().startsWith("upgraded  pid=" + daemon.pid()), result.out());
        CliResult json = daemon.cli("upgrade", "--json", "--jvm-flag=-Dshipote.it=1");
        assertTrue(json.out().contains("\"pid\": " + daemon.pid()), json.out());
        List<String> words = List.of(
                Processes.read(Path.of("/proc/" + daemon.pid() + "/cmdline")).split("\0"));
        assertEquals(1, words.stream().filter("-Dshipote.it=1"::equals).count());
        CliResult refused = daemon.cli("upgrade", "--java", "/nonexistent/java");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("/nonexistent/java"), refused.err());
        CliResult missing = daemon.cli("upgrade", "--jar", "/nonexistent/daemon.jar");
        assertEquals(1, missing.status());
        assertTrue(missing.err().contains("there is no /nonexistent/daemon.jar"), missing.err());
    }
}
