package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.StatsSample;
import io.shipote.card.U64;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is in the file is there again, and the file is left as it is. */
final class RestoreFilesTest {
    private static byte[] state(CoreFixture fixture) {
        return fixture.disk.read(CoreFixture.STATE, Long.MAX_VALUE).orElseThrow();
    }

    private static void sample(CoreFixture core, Workspace workspace, int n) {
        Usage usage = new Usage();
        usage.set(Figure.MEMORY, n);
        usage.source(Usage.Source.CGROUP);
        workspace.history().add(usage, core.loop.nanoTime(), core.loop.wallMillis(), 1, 1);
    }

    @Test
    void s8TheLast16SamplesSurvive() {
        CoreFixture core = CoreFixture.fresh();
        Workspace web = core.workspace("web");
        for (int n = 1; n <= 20; n++) {
            sample(core, web, n);
        }
        core.<Void>ok(answer -> core.intents.save(web, answer));
        CoreFixture next = core.crashed().restore();
        StatsHistory history = next.workspaces.get("web").history();
        List<StatsSample> persisted = history.fromSnapshot();
        assertEquals(16, persisted.size());
        assertEquals(Optional.of(U64.of(5)), persisted.get(0).rssBytes());
        assertEquals(Optional.of(U64.of(20)), persisted.get(15).rssBytes());
        assertEquals(Optional.empty(), history.newest());
        sample(next, next.workspaces.get("web"), 21);
        assertEquals(Usage.Source.CGROUP, history.newest().orElseThrow().source());
        List<StatsSample> saved = history.persisted(4, 0);
        assertEquals(16, saved.size());
        assertEquals(persisted.subList(1, 16), saved.subList(0, 15));
        assertEquals(Optional.of(U64.of(21)), saved.get(15).rssBytes());
    }

    @Test
    void s9ARestoreIsNoMutation() {
        for (String file : List.of("state-v1.json", "state-v4.json", "state-v4-one-bad-label.json")) {
            CoreFixture core = CoreFixture.over(file);
            byte[] before = state(core);
            core.restore();
            core.loop.run();
            assertFalse(core.store.dirty(), file);
            assertFalse(core.fold().written(), file);
            assertEquals(0, core.disk.writes(), file);
            assertArrayEquals(before, state(core), file);
        }
    }

    @Test
    void s9AnAdoptionIsNoMutationEither() {
        CoreFixture core = CoreFixture.fresh();
        core.run(core.workspace("web"), CoreFixture.named("job", io.shipote.card.wire.RestartPolicy.NEVER));
        core.fold();
        CoreFixture next = core.crashed();
        long writes = next.disk.writes();
        next.restore();
        assertEquals(1, next.launcher.alive().size());
        assertFalse(next.fold().written());
        assertEquals(writes, next.disk.writes());
    }

    @Test
    void theWorkspacesOfAFileOfUpstreamKeepTheirIds() {
        CoreFixture core = CoreFixture.over("state-v4.json").restore();
        assertEquals(
                "01KRZX4CADZVEBN63PAGS10093", core.workspaces.get("idle").id().text());
        assertEquals(
                "01KRZP8MVFKY77TV2V98WJG5R6", core.workspaces.get("web").id().text());
        assertEquals(
                "01KRZSPGJY4HMASR0KAYDXY0J6",
                core.workspaces.get("reports — informes ✓").id().text());
        assertEquals(List.of(), core.launcher.launches());
    }

    @Test
    void aFileWithoutDeadlinesStartsItsTtlsAtTheRestore() {
        CoreFixture core = CoreFixture.over("state-v4.json").restore();
        Workspace web = core.workspaces.get("web");
        assertEquals(Optional.of(core.loop.wallMillis() + 3_600_000), web.deadlineMs());
        assertEquals(Optional.empty(), core.workspaces.get("idle").deadlineMs());
        core.loop.advance(Duration.ofMillis(3_600_000 - 1));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        core.pass(Duration.ofMillis(1));
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void aTtlThatWasTakenAwayDoesNotComeBack() {
        CoreFixture core = CoreFixture.over("state-v4.json").restore();
        Workspace web = core.workspaces.get("web");
        core.<List<Applied>>ok(
                answer -> core.workspaces.set(web, Workspaces.Change.ofTtl(web, Optional.empty()), answer));
        CoreFixture next = core.crashed().restore();
        assertEquals(Optional.empty(), next.workspaces.get("web").deadlineMs());
    }

    @Test
    void itsAgeIsThatOfItsId() {
        CoreFixture core = CoreFixture.over("state-v4.json").restore();
        Workspace web = core.workspaces.get("web");
        assertTrue(web.createdMs() > 1_770_000_000_000L && web.createdMs() < 1_790_000_000_000L);
    }

    @Test
    void s7ABadEntryIsSetAsideInItsPlaceAndTheRestIsThere() {
        CoreFixture core = CoreFixture.over("state-v4-one-bad-label.json").restore();
        assertEquals(2, core.workspaces.all().size());
        assertEquals(1, core.quarantine.entries().size());
        Quarantine.Entry bad = core.quarantine.entries().get(0);
        assertEquals(Section.WORKSPACES, bad.section());
        assertEquals("01KRZX4CADZVEBN63PAGS10093", bad.key());
        assertTrue(bad.reason().contains("is blank"), bad.reason());
        core.workspace("new");
        core.fold();
        List<String> keys = core.store.entries(Section.WORKSPACES).stream()
                .map(entry -> entry.key())
                .toList();
        assertEquals(4, keys.size());
        assertEquals("01KRZX4CADZVEBN63PAGS10093", keys.get(1));
        CoreFixture next = core.crashed().restore();
        assertEquals(3, next.workspaces.all().size());
        assertEquals(1, next.quarantine.entries().size());
    }

    @Test
    void equalLabelsOfAFileAreBothThere() {
        CoreFixture core = CoreFixture.over("state-v4.json");
        String twice = new String(state(core), java.nio.charset.StandardCharsets.UTF_8)
                .replaceFirst("\"label\": \"idle\"", "\"label\": \"web\"");
        CoreFixture same = CoreFixture.over(twice.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .restore();
        assertEquals(3, same.workspaces.all().size());
        Workspace first = same.workspaces.get("01KRZX4CADZVEBN63PAGS10093");
        same.ok((Answer<Long> answer) ->
                same.workspaces.delete(first, EndedBy.USER, Optional.of(Duration.ofSeconds(1)), answer));
        assertEquals(
                io.shipote.card.wire.ErrorCode.ALREADY_EXISTS,
                same.refused((Answer<Workspace> answer) ->
                                same.workspaces.create(io.shipote.card.WorkspaceSpec.of("web"), false, answer))
                        .code());
    }
}
