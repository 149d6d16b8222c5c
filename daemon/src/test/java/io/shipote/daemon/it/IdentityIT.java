package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.linux.ProcFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records whose pid belongs to somebody else by now: a stranger is never adopted and never signalled. */
@Timeout(60)
class IdentityIT {
    private DaemonHarness daemon;
    private Process stranger;
    private RunOut run;
    private Path record;

    @BeforeEach
    void aCommandThatDiedWhileNoDaemonWatched() throws Exception {
        daemon = DaemonHarness.started();
        stranger = new ProcessBuilder("sleep", "600").start();
        String workspace = daemon.room().workspace("w");
        run = daemon.room()
                .named(
                        workspace,
                        "web",
                        RestartPolicy.of(RestartPolicy.Policy.ON_FAILURE),
                        Specs.command("sleep", "600"));
        record = daemon.state()
                .resolve("runs")
                .resolve(workspace)
                .resolve(run.run())
                .resolve("run.json");
        daemon.kill9();
        ProcessHandle.of(run.pid()).ifPresent(ProcessHandle::destroyForcibly);
        Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> daemon.processes()
                .isEmpty());
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        stranger.destroyForcibly().waitFor(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
        daemon.close();
    }

    /** The record names the stranger's pid, with this boot and start. */
    private void recordSays(String boot, long ticks) throws IOException {
        ObjectNode text = RecordText.last(record);
        assertTrue(text.has("boot_id") && text.has("start_ticks"), text::toString);
        text.put("pid", stranger.pid()).put("boot_id", boot).put("start_ticks", ticks);
        Files.write(record, CardText.prettyBytes(text, 0));
    }

    private void assertTheStrangerIsLeftAlone() throws IOException {
        daemon.start();
        Awaitility.await().atMost(DaemonHarness.PATIENCE).untilAsserted(() -> {
            CommandStatus now = daemon.room().command("web");
            assertEquals(JobState.RUNNING, now.state(), now::toString);
            assertNotEquals(stranger.pid(), now.pid().orElseThrow());
            assertEquals(run.id(), now.id());
        });
        assertTrue(stranger.isAlive());
        assertEquals(1, daemon.processes().size());
    }

    @Test
    @DisplayName("B7 a pid that was given away again is never adopted and never signalled")
    void anotherStart() throws IOException {
        ProcFiles proc = new ProcFiles();
        long ticks = proc.stat((int) stranger.pid()).orElseThrow().startTicks();
        recordSays(proc.bootId(), ticks - 1);
        assertTheStrangerIsLeftAlone();
    }

    @Test
    @DisplayName("B2 a record of another boot is history, however young it is")
    void anotherBoot() throws IOException {
        long ticks = new ProcFiles().stat((int) stranger.pid()).orElseThrow().startTicks();
        recordSays("00000000-0000-4000-8000-000000000000", ticks);
        assertTheStrangerIsLeftAlone();
    }
}
