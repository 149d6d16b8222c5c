package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Subscription;
import io.shipote.daemon.control.WireClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a command gets, what it leaves, and how it is waited for and signalled. */
@Timeout(60)
class CommandIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Optional<String> ANY = Optional.empty();

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    @Test
    void exitCodesAndSignalsAreToldAsAShellWouldSeeThem() {
        for (int code : new int[] {0, 1, 42, 255}) {
            WaitOut end = room.ended(workspace, Specs.shell("exit " + code));
            assertEquals(code, end.status());
            assertEquals(code == 0 ? "exited" : "failed", end.state(), end::toString);
            assertEquals(
                    "{\"kind\":\"exited\",\"code\":" + code + "}",
                    end.exit().orElseThrow().toString());
        }
        for (int signal : new int[] {6, 9, 15}) {
            WaitOut end = room.ended(workspace, Specs.shell("kill -" + signal + " $$"));
            assertEquals(128 + signal, end.status());
            assertTrue(end.exit().orElseThrow().toString().contains("\"signal\":" + signal), end::toString);
        }
    }

    @Test
    void directoryEnvironmentAndIdentityAreThoseOfTheCard() throws Exception {
        Path home = Files.createDirectory(daemon.directory().resolve("a b"));
        ObjectNode spec = Specs.shell("pwd; echo \"$PATH|$OWN|$SHIPOTE_WORKSPACE|$SHIPOTE_COMMAND|$SHIPOTE_RUN\"");
        Specs.withEnv(Specs.withCwd(spec, home), "OWN", "x=y z");
        RunOut run = room.run(workspace, spec);
        room.await(run.id());
        assertEquals(
                home + "\n" + System.getenv("PATH") + "|x=y z|" + workspace + "|" + run.id() + "|" + run.run() + "\n",
                room.logs(run.id()));
        assertEquals("/\n", room.output(workspace, Specs.command("pwd")));
    }

    @Test
    void aClearedEnvironmentHoldsOnlyWhatTheCardAndTheDaemonSay() {
        ObjectNode spec = Specs.withEnv(Specs.command("/usr/bin/env"), "OWN", "x");
        spec.withObject("/shipote").put("env_mode", "clear").put("umask", "0027");
        List<String> names = room.output(workspace, spec)
                .lines()
                .map(line -> line.substring(0, line.indexOf('=')))
                .filter(name -> !name.equals("PWD"))
                .sorted()
                .toList();
        assertEquals(List.of("OWN", "PATH", "SHIPOTE_COMMAND", "SHIPOTE_RUN", "SHIPOTE_WORKSPACE"), names);
        ObjectNode mask = Specs.shell("umask");
        mask.withObject("/shipote").put("umask", "027");
        assertEquals("0027\n", room.output(workspace, mask));
        ObjectNode bad = Specs.command("true");
        bad.withObject("/shipote").put("umask", "99").put("nice", 50);
        ShipoteException e = Room.refused(ErrorCode.INVALID_SPEC, () -> room.run(workspace, bad));
        assertTrue(e.getMessage().contains("shipote.umask") && e.getMessage().contains("shipote.nice"), e::getMessage);
    }

    @Test
    void aCommandHasItsOwnSessionAndOnlyTheThreeDescriptors() {
        RunOut run = room.run(workspace, Specs.command("sleep", "600"));
        assertEquals(run.pid(), Processes.session(run.pid()));
        // Its loader opens libraries for a moment after the exec; what was inherited would stay.
        await().atMost(SOON).untilAsserted(() -> assertEquals(3, Processes.descriptors(run.pid())));
    }

    @Test
    void standardInputIsNothingOrAFile() throws Exception {
        assertEquals("0\n", room.output(workspace, Specs.shell("wc -c | tr -d ' '")));
        Path file = Files.writeString(daemon.directory().resolve("in"), "from a file\n");
        assertEquals("from a file\n", room.output(workspace, Specs.withStdin(Specs.command("cat"), file)));
    }

    @Test
    void logsAreKeptByStreamAndTheirTailCanBeAskedFor() {
        String id = room.run(workspace, Specs.shell("echo one; echo two >&2; echo three"))
                .id();
        room.await(id);
        assertEquals("one\nthree\n", room.logs(id));
        assertEquals("two\n", room.logs(id, "stderr", 0));
        assertEquals("three\n", room.logs(id, "stdout", 6));
        assertEquals("one\nthree\n", room.logs(id, "stdout", 6_000));
        assertEquals(14, room.command(id).logBytes());
        Room.refused(ErrorCode.INVALID_SPEC, () -> room.logs(id, "stdnull", 0));
    }

    @Test
    void aMegabyteOfOutputArrivesWhole() {
        String id = room.run(workspace, Specs.shell("seq 1 200000")).id();
        room.await(id);
        String all = room.logs(id);
        assertEquals(200_000, all.lines().count());
        assertTrue(all.endsWith("\n200000\n"));
    }

    @Test
    void followingEndsWithTheCommandAndHasAllOfIt() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        String id = room.run(workspace, Specs.shell("echo a; until [ -e " + gate + " ]; do sleep 0.02; done; echo b"))
                .id();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        CountDownLatch first = new CountDownLatch(1);
        LogsIn in = new LogsIn(id, ANY, Optional.of("stdout"), Optional.empty(), Optional.of(true));
        Subscription follow = daemon.client().commands().followLogs(in, reply -> {
            all.writeBytes(Room.bytes(reply));
            first.countDown();
        });
        assertTrue(first.await(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS));
        assertEquals("a\n", all.toString(StandardCharsets.UTF_8));
        Files.createFile(gate);
        Room.join(follow);
        assertEquals("a\nb\n", all.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aSignalReachesTheWholeTreeAndUnknownOnesAreRefused() {
        String id = room.run(
                        workspace, Specs.shell("trap 'echo got; exit 3' USR1; echo up; while :; do sleep 0.02; done"))
                .id();
        await().atMost(SOON).until(() -> room.logs(id).equals("up\n"));
        Room.refused(ErrorCode.INVALID_SPEC, () -> daemon.client().commands().kill(id, ANY, "NONSENSE"));
        assertTrue(daemon.client().commands().kill(id, ANY, "SIGUSR1").signalled() >= 1);
        WaitOut end = room.await(id);
        // The signal may end the shell's own child first; the trap runs all the same.
        assertEquals(3, end.status(), end::toString);
        Room.refused(ErrorCode.WRONG_STATE, () -> daemon.client().commands().kill(id, ANY, "TERM"));
    }

    @Test
    void manyWaitersAreAllAnsweredAndOneThatLeavesLeavesNothing() throws Exception {
        String id = room.run(workspace, Specs.command("sleep", "600")).id();
        int before = Processes.sockets(daemon.pid());
        try (WireClient leaver = daemon.wire()) {
            leaver.call("{'method':'io.shipote.Wait','parameters':{'target':'" + id + "'}}");
            await().atMost(SOON).until(() -> Processes.sockets(daemon.pid()) > before);
        }
        await().atMost(SOON).until(() -> Processes.sockets(daemon.pid()) <= before);
        List<CompletableFuture<WaitOut>> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiters.add(daemon.client().commands().awaitAsync(id, ANY));
        }
        daemon.client().commands().kill(id, ANY, "KILL");
        for (CompletableFuture<WaitOut> waiter : waiters) {
            assertEquals(
                    137, waiter.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS).status());
        }
    }

    @Test
    void whatCannotBeStartedSaysWhyWithErrnoAndLeavesNothing() throws Exception {
        Path plain = Files.writeString(daemon.directory().resolve("plain"), "no program");
        int runs = runs();
        assertErrno(2, Specs.command("/nonexistent/program"));
        assertErrno(2, Specs.command("no-such-program-anywhere"));
        assertErrno(13, Specs.command(plain.toString()));
        assertErrno(2, Specs.withCwd(Specs.command("true"), "/nonexistent"));
        assertErrno(2, Specs.withStdin(Specs.command("true"), "/nonexistent"));
        assertErrno(20, Specs.withCwd(Specs.command("true"), plain));
        assertEquals(runs, runs(), "a run that never was is still on disk");
    }

    private static int runs() {
        String[] names =
                daemon.state().resolve("runs").resolve(workspace).toFile().list();
        return names == null ? 0 : names.length;
    }

    private static void assertErrno(int errno, ObjectNode spec) {
        ShipoteException e = Room.refused(ErrorCode.NOT_STARTED, () -> room.run(workspace, spec));
        assertEquals(String.valueOf(errno), String.valueOf(e.fields().get("errno")), e.getMessage());
    }

    @Test
    void aThousandThatExitAtOnceAreAllReported() throws Exception {
        String crowd = room.workspace("crowd");
        List<String> ids = new ArrayList<>();
        List<CompletableFuture<RunOut>> started = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            started.add(daemon.client().commands().runAsync(run(crowd, Specs.command("sh", "-c", "exit " + i % 7))));
        }
        for (CompletableFuture<RunOut> one : started) {
            ids.add(one.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS).id());
        }
        assertEquals(1_000, ids.stream().distinct().count());
        await().atMost(SOON)
                .until(() ->
                        daemon.client().workspaces().show(crowd).workspace().commandsAlive() == 0);
        String last = ids.get(999);
        assertEquals(999 % 7, room.await(last).status());
        assertNotEquals("", room.command(last).run().orElse(""));
        room.commands(crowd)
                .forEach(c -> assertEquals(
                        Long.parseLong(c.argv().get(2).substring(5)), c.status().orElse(-1L), c::toString));
    }

    private static io.shipote.card.wire.CommandCalls.RunIn run(String workspace, ObjectNode spec) {
        return new io.shipote.card.wire.CommandCalls.RunIn(
                workspace, spec, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
