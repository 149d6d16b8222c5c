package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that ended while no daemon was there: what a user is told of them. */
@Timeout(120)
class UnseenEndIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private DaemonHarness daemon;
    private String workspace;

    @BeforeEach
    void start() throws IOException {
        daemon = DaemonHarness.started();
        workspace = daemon.room().workspace("w");
    }

    @AfterEach
    void end() throws IOException {
        daemon.close();
    }

    /** Until nobody can tell any more: not even a zombie is left. */
    private void killBoth(RunOut run) {
        daemon.kill9();
        ProcessHandle.of(run.pid()).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(SOON).until(() -> Files.notExists(Path.of("/proc/" + run.pid())));
    }

    @Test
    void withoutAPolicyItSaysThatNobodyKnowsAndThatItStaysDown() throws IOException {
        RunOut run = daemon.room().named(workspace, "once", RestartPolicy.NEVER, Specs.command("sleep", "600"));
        killBoth(run);
        daemon.start();
        assertEquals(
                "ended while no daemon was running, exit status unknown (the kernel tells it to the parent alone); not"
                        + " started again, as it has no restart policy",
                daemon.room().command("once").why());
        assertEquals(125, daemon.room().await("once").status());
        daemon.client().commands().start("once", Optional.empty());
        assertEquals(JobState.RUNNING, daemon.room().command("once").state());
    }

    /** Who ends later, under a daemon that is not its parent, has a status: the kernel tells it, or its zombie does. */
    @Test
    void whoEndsUnderTheNextDaemonHasAStatus() throws IOException {
        Path gate = daemon.directory().resolve("gate");
        RunOut run =
                daemon.room().run(workspace, Specs.shell("until [ -e " + gate + " ]; do sleep 0.05; done; exit 7"));
        daemon.kill9();
        daemon.start();
        Files.createFile(gate);
        assertEquals(7, daemon.room().await(run.id()).status());
        assertEquals("exit 7", daemon.room().command(run.id()).why());
    }
}
