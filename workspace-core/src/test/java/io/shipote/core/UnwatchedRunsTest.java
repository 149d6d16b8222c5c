package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.linux.RunCensus;
import io.shipote.core.store.WayBack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is alive and nobody knows, and what is said of it. */
public class UnwatchedRunsTest {
    private static final String KNOWN = "01HZZZZZZZZZZZZZZZZZZZZZZ9";
    private static final String OLD = "01HZZZZZZZZZZZZZZZZZZZZZZ2";
    private static final String PIPELINE = "01HZZZZZZZZZZZZZZZZZZZZZZP";
    private static final Path DIR = Path.of("/some state");
    /** No process here has such a number. */
    private static final int FIRST_PID = 1 << 29;

    private final MemoryDisk disk = new MemoryDisk();

    /** Two processes of a workspace that is not known, one of them a stage. */
    public static UnwatchedRuns of(String workspace, String pipeline) {
        return among(new MemoryDisk(), true, Set.of(), living(workspace, pipeline));
    }

    private static List<RunCensus.Living> living(String workspace, String pipeline) {
        List<RunCensus.Living> all = new ArrayList<>();
        for (Optional<String> of : List.of(Optional.<String>empty(), Optional.of(pipeline))) {
            ProcessIdentity main = new ProcessIdentity("boot", FIRST_PID + all.size(), 7);
            all.add(new RunCensus.Living(
                    "run" + all.size(), workspace, Optional.empty(), of, Optional.empty(), main, Optional.empty()));
        }
        return all;
    }

    private static UnwatchedRuns among(
            MemoryDisk disk, boolean running, Set<String> pipelines, List<RunCensus.Living> living) {
        return UnwatchedRuns.among(
                living, KNOWN::equals, pipelines::contains, new ProcFiles(), new WayBack(DIR, disk), running);
    }

    private void aside(String name, String text) {
        disk.set(DIR.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsKnownIsWatchedAndAPipelineMayBeUnknownInAWorkspaceThatIsNot() {
        List<RunCensus.Living> living = living(KNOWN, PIPELINE);
        UnwatchedRuns known = among(disk, true, Set.of(PIPELINE), living);
        assertTrue(known.workspaces().isEmpty());
        assertTrue(known.ofPipeline(PIPELINE).isEmpty());
        UnwatchedRuns stage = among(disk, true, Set.of(), living);
        assertTrue(stage.workspaces().isEmpty());
        assertEquals(
                List.of(FIRST_PID + 1 + " ?"),
                stage.ofPipeline(PIPELINE).orElseThrow().processes());
    }

    @Test
    void theWayBackLeadsToTheNewestStateThatKnowsIt() {
        aside("state.json.before-rollback-1", OLD);
        aside("state.journal.before-rollback-1", "");
        aside("state.json.before-rollback-2", "");
        aside("state.journal.before-rollback-2", "new: " + OLD);
        aside("state.json.before-rollback-3", KNOWN);
        UnwatchedRuns.Found found =
                among(disk, true, Set.of(), living(OLD, PIPELINE)).workspaces().get(OLD);
        assertEquals("kill -- -" + FIRST_PID + " -" + (FIRST_PID + 1), found.end());
        assertEquals(
                Optional.of("shipote daemon stop && cd '/some state'"
                        + " && mv state.json.before-rollback-2 state.json"
                        + " && mv state.journal.before-rollback-2 state.journal && shipote daemon start"),
                found.back());
        assertTrue(found.whyNot().startsWith("2 of its processes run on unwatched"), found::whyNot);
        assertTrue(found.whyNot().contains(found.back().get()) && found.whyNot().contains(found.end()));
    }

    @Test
    void aStateWithoutAJournalIsNotReturnedToUnderAnotherOne() {
        aside("state.json.before-rollback-1", OLD);
        String back = among(disk, false, Set.of(), living(OLD, PIPELINE))
                .workspaces()
                .get(OLD)
                .back()
                .orElseThrow();
        assertEquals(
                "cd '/some state' && mv state.json.before-rollback-1 state.json && rm -f state.journal"
                        + " && shipote daemon start",
                back);
    }

    @Test
    void whereNothingLeadsBackItIsNotSaid() {
        UnwatchedRuns.Found found =
                among(disk, true, Set.of(), living(OLD, PIPELINE)).workspaces().get(OLD);
        assertEquals("to end them: " + found.end(), found.advice());
    }
}
