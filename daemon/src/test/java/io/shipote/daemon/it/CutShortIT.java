package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon that dies between the two writes of a run record, and launches that fail in odd ways. */
@Timeout(60)
class CutShortIT {
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

    private RunOut supervised() {
        return daemon.room()
                .named(
                        workspace,
                        "web",
                        RestartPolicy.of(RestartPolicy.Policy.ON_FAILURE),
                        Specs.command("sleep", "600"));
    }

    /** As it stands on disk before the process has been noted down. */
    private void backToLaunching(RunOut run) throws IOException {
        Path file = daemon.state()
                .resolve("runs")
                .resolve(workspace)
                .resolve(run.run())
                .resolve("run.json");
        ObjectNode record = RecordText.last(file);
        record.put("phase", "launching").put("pid", 0).put("start_ticks", 0);
        Files.write(file, CardText.prettyBytes(record, 0));
    }

    @Test
    @DisplayName("A3b what was being launched and lives is adopted with its pid")
    void aLaunchWhoseProcessExistsIsAdopted() throws IOException {
        RunOut run = supervised();
        daemon.kill9();
        backToLaunching(run);
        daemon.start();
        CommandStatus now = daemon.room().command("web");
        assertEquals(JobState.RUNNING, now.state());
        assertEquals(run.pid(), now.pid().orElseThrow());
        assertEquals(run.id(), now.id());
        assertEquals(0, now.restarts());
    }

    @Test
    void aLaunchThatDidNotHappenIsMadeGood() throws IOException {
        RunOut run = supervised();
        daemon.kill9();
        ProcessHandle process = ProcessHandle.of(run.pid()).orElseThrow();
        process.destroyForcibly();
        Awaitility.await().atMost(DaemonHarness.PATIENCE).until(() -> daemon.processes()
                .isEmpty());
        backToLaunching(run);
        daemon.start();
        Awaitility.await().atMost(DaemonHarness.PATIENCE).untilAsserted(() -> {
            CommandStatus now = daemon.room().command("web");
            assertEquals(JobState.RUNNING, now.state());
            assertEquals(0, now.restarts());
        });
        assertEquals(1, daemon.processes().size());
    }

    @Test
    void whatNoProgramCanBeGivenIsRefusedAndTheNextLaunchWorks() {
        ShipoteException refused =
                assertThrows(ShipoteException.class, () -> daemon.room().run(workspace, Specs.command("echo", "a\0b")));
        assertEquals(ErrorCode.NOT_STARTED, refused.code());
        assertEquals(0, daemon.room().ended(workspace, Specs.command("true")).status());
    }
}
