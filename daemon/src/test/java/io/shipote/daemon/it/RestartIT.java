package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.client.Subscription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Named and supervised commands, with real processes and over changes of the daemon. */
@Timeout(60)
class RestartIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Optional<String> ANY = Optional.empty();
    private static final RestartPolicy NEVER = RestartPolicy.NEVER;
    private static final RestartPolicy ALWAYS = quick(RestartPolicy.Policy.ALWAYS, 0);
    private static final RestartPolicy ON_FAILURE = quick(RestartPolicy.Policy.ON_FAILURE, 0);

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

    private static RestartPolicy quick(RestartPolicy.Policy policy, long max) {
        return new RestartPolicy(policy, Optional.of(10L), Optional.of(20L), Optional.of(max), Optional.empty());
    }

    private static void until(org.awaitility.core.ThrowingRunnable assertion) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    @Test
    void aKilledCommandComesBackUnderItsIdAndAStopIsFinal() {
        RunOut first = room.named(workspace, "web", ALWAYS, Specs.command("sleep", "600"));
        ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
        until(() -> {
            CommandStatus now = room.command("web");
            assertEquals(JobState.RUNNING, now.state());
            assertEquals(1, now.restarts());
            assertEquals(first.id(), now.id());
            assertNotEquals(first.pid(), now.pid().orElseThrow());
        });
        assertEquals(
                1, daemon.client().commands().stop("web", ANY, Optional.empty()).ended());
        assertEquals(JobState.STOPPED, room.command("web").state());
        assertEquals(List.of(), daemon.processes());
        assertEquals(
                0, daemon.client().commands().stop("web", ANY, Optional.empty()).ended());
    }

    @Test
    void aCommandThatFailsIsGivenUpAfterItsRestartsAndSuccessNeedsNone() throws Exception {
        Path count = daemon.directory().resolve("count");
        RestartPolicy three = quick(RestartPolicy.Policy.ON_FAILURE, 3);
        String id = room.named(workspace, "bad", three, Specs.shell("echo x >>" + count + "; exit 7"))
                .id();
        assertEquals(7, room.await(id).status());
        CommandStatus bad = room.command(id);
        assertEquals(JobState.FAILED, bad.state());
        assertEquals(3, bad.restarts());
        assertEquals(4, Files.readAllLines(count).size());
        String good =
                room.named(workspace, "good", ON_FAILURE, Specs.command("true")).id();
        assertEquals(0, room.await(good).status());
        assertEquals(0, room.command(good).restarts());
    }

    @Test
    void aFollowerGoesOnOverARestart() throws Exception {
        Path flag = daemon.directory().resolve("flag");
        Path follows = daemon.directory().resolve("follows");
        String script = "if [ -e " + flag + " ]; then echo second; exit 0; fi; touch " + flag + "; echo ready;"
                + " until [ -e " + follows + " ]; do sleep 0.02; done; echo first; exit 1";
        String id = room.named(workspace, "twice", quick(RestartPolicy.Policy.ON_FAILURE, 0), Specs.shell(script))
                .id();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        LogsIn in = new LogsIn(id, ANY, Optional.of("stdout"), Optional.empty(), Optional.of(true));
        Subscription follow = daemon.client().commands().followLogs(in, reply -> {
            all.writeBytes(Room.bytes(reply));
            touch(follows);
        });
        Room.join(follow);
        assertEquals("ready\nfirst\nsecond\n", all.toString(StandardCharsets.UTF_8));
    }

    private static void touch(Path file) {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void namedCommandsCanBeStoppedStartedRestartedFlushedAndRemoved() {
        RunOut made = room.named(workspace, "job", NEVER, Specs.shell("echo hello; exec sleep 600"));
        Room.refused(ErrorCode.ALREADY_EXISTS, () -> room.named(workspace, "job", NEVER, Specs.command("true")));
        until(() -> assertEquals("hello\n", room.logs("job")));
        daemon.client().commands().flush("job", ANY);
        assertEquals("", room.logs("job"));
        daemon.client().commands().stop("job", ANY, Optional.empty());
        assertFalse(Processes.alive(made.pid()));
        long second = daemon.client().commands().start("job", ANY).pid().orElseThrow();
        assertEquals(second, daemon.client().commands().start("job", ANY).pid().orElseThrow(), "it ran already");
        long third = daemon.client()
                .commands()
                .restart("job", ANY, Optional.empty())
                .pid()
                .orElseThrow();
        assertNotEquals(second, third);
        assertFalse(Processes.alive(second));
        assertEquals(1, room.command("job").restarts());
        Room.refused(ErrorCode.WRONG_STATE, () -> daemon.client().commands().remove("job", ANY));
        daemon.client().commands().stop("job", ANY, Optional.empty());
        daemon.client().commands().remove("job", ANY);
        Room.refused(ErrorCode.NOT_FOUND, () -> room.command("job"));
        assertEquals(
                0, daemon.state().resolve("runs").resolve(workspace).toFile().list().length);
    }

    @Test
    @DisplayName("B8 what was declared at runtime is there after the daemon changes, up or down as it was")
    void whatWasUpIsUpAndWhatWasDownIsDownAfterTheDaemonChanges() throws Exception {
        RunOut up = room.named(workspace, "up", ALWAYS, Specs.command("sleep", "600"));
        room.named(workspace, "down", ALWAYS, Specs.command("sleep", "600"));
        RunOut dies = room.named(workspace, "dies", ALWAYS, Specs.command("sleep", "600"));
        room.named(workspace, "gone", ALWAYS, Specs.command("sleep", "600"));
        daemon.client().commands().stop("down", ANY, Optional.empty());
        daemon.client().commands().stop("gone", ANY, Optional.empty());
        daemon.client().commands().remove("gone", ANY);
        daemon.kill9();
        ProcessHandle.of(dies.pid()).ifPresent(handle -> {
            handle.destroyForcibly();
            handle.onExit().join();
        });
        daemon.start();
        assertEquals(up.pid(), room.command("up").pid().orElseThrow());
        assertEquals(up.id(), room.command("up").id());
        assertEquals(JobState.STOPPED, room.command("down").state());
        Room.refused(ErrorCode.NOT_FOUND, () -> room.command("gone"));
        until(() -> assertEquals(JobState.RUNNING, room.command("dies").state()));
        assertEquals(dies.id(), room.command("dies").id());
        assertEquals(1, room.command("dies").restarts());
        assertEquals(2, daemon.processes().size());
        daemon.restart();
        assertEquals(up.pid(), room.command("up").pid().orElseThrow());
        assertEquals(2, daemon.processes().size());
    }

    @Test
    void stopAllEndsSupervisedCommandsAndTheNextDaemonStartsThemAgain() throws Exception {
        RunOut up = room.named(workspace, "up", ALWAYS, Specs.command("sleep", "600"));
        assertEquals(
                1,
                daemon.client().stopDaemon(Optional.of(true), Optional.of(500L)).ended());
        assertEquals(0, daemon.awaitEnd());
        assertEquals(List.of(), daemon.processes());
        daemon.start();
        until(() -> assertEquals(JobState.RUNNING, room.command("up").state()));
        assertEquals(up.id(), room.command("up").id());
    }

    @Test
    void aDeletionThatACrashCutShortIsFinishedByTheNextDaemon() throws Exception {
        RunOut stubborn = room.run(workspace, Specs.shell("trap '' TERM; echo up; while :; do sleep 1; done"));
        until(() -> assertEquals("up\n", room.logs(stubborn.id())));
        daemon.client().workspaces().deleteAsync(workspace, Optional.of(60_000L));
        until(() -> assertTrue(
                Processes.read(daemon.state().resolve("state.journal")).contains("deleting")
                        || !daemon.client()
                                .workspaces()
                                .show(workspace)
                                .workspace()
                                .state()
                                .word()
                                .equals("active")));
        daemon.kill9();
        assertTrue(Processes.alive(stubborn.pid()));
        daemon.start();
        until(() -> Room.refused(
                ErrorCode.NOT_FOUND, () -> daemon.client().workspaces().show(workspace)));
        assertEquals(List.of(), daemon.processes());
    }

    @Test
    void exitsWhileNoDaemonWatchedAreShownAsUnknownAndNothingIsStartedTwice() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        RunOut run = room.run(workspace, Specs.shell("until [ -e " + gate + " ]; do sleep 0.02; done; exit 9"));
        daemon.kill9();
        Files.createFile(gate);
        ProcessHandle.of(run.pid()).ifPresent(handle -> handle.onExit().join());
        daemon.start();
        CommandStatus seen = room.command(run.id());
        assertEquals(JobState.UNKNOWN, seen.state(), seen::toString);
        assertEquals(125, room.await(run.id()).status());
        assertEquals(List.of(), daemon.processes());
    }
}
