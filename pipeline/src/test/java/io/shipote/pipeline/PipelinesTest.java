package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.DiscernPolicy;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.Answer;
import io.shipote.core.EndedBy;
import io.shipote.core.Retention;
import io.shipote.core.Workspace;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PipelinesTest {
    private final PipelineFixture all = PipelineFixture.fresh();
    private final Workspace web = all.core.workspace("web");
    private final PipelineSpec spec = PipelineFixture.chain(web.id(), "p", "a", "b");

    private boolean save(String name, PipelineSpec saved, boolean replace) {
        return all.core
                        .ok((Answer<SavedPipeline> answer) ->
                                all.pipelines.saved().save(name, saved, replace, answer))
                        .versions()
                        .newest()
                        .number()
                > 1;
    }

    private ErrorCode unsaved(String name, PipelineSpec saved, boolean replace) {
        return all.core
                .refused((Answer<SavedPipeline> answer) -> all.pipelines.saved().save(name, saved, replace, answer))
                .code();
    }

    private ErrorCode missing(String name) {
        return all.core
                .refused(answer -> answer.ok(all.pipelines.saved().get(name)))
                .code();
    }

    private ShipoteException refused(PipelineSpec asked) {
        return all.core.refused(
                (Answer<Pipelines.Started> answer) -> all.pipelines.run(web, asked, false, Map.of(), answer));
    }

    private List<String> names(Optional<String> after) {
        return List.copyOf(all.pipelines.saved().names(after));
    }

    private List<String> notKept(boolean tap) {
        DiscernPolicy policy = new DiscernPolicy(U64.of(4_096), true, U64.of(32), U64.ZERO, U64.of(1_000), Shape.NEW);
        return all
                .core
                .ok((Answer<Pipelines.Started> answer) ->
                        all.pipelines.run(web, spec.withDiscern(policy), tap, Map.of(), answer))
                .applied()
                .stream()
                .map(one -> one.item() + " " + one.outcome().word())
                .toList();
    }

    /** Whoever is told so need not fear that the next daemon starts it. */
    @Test
    void whatCouldNotBeStartedIsForgottenBeforeItIsSaidSo() {
        List<ShipoteException> answers = new ArrayList<>();
        Answer<Pipelines.Started> answer = Answer.of(
                started -> {
                    throw new AssertionError("started");
                },
                answers::add);
        all.pipelines.run(web, PipelineFixture.supervised(spec, 0), false, Map.of(), answer);
        all.core.workspaces.stop(web, EndedBy.USER, Optional.empty(), Answer.of(ended -> {}, e -> {}));
        all.core.until(() -> !answers.isEmpty());
        PipelineFixture next = all.crashed();
        assertEquals(ErrorCode.WRONG_STATE, answers.get(0).code());
        assertEquals(0, next.live());
        assertEquals(List.of(), next.pipelines.list(Optional.empty()));
    }

    /** It was on its way: its workspace was being woken, or its entry written. */
    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true"})
    void whatIsStoppedBeforeItIsStartedIsNotStarted(boolean woken, boolean supervised) {
        if (woken) {
            all.core.ok((Answer<Long> answer) ->
                    all.core.workspaces.stop(web, EndedBy.USER, Optional.of(PipelineFixture.GRACE), answer));
        }
        List<ShipoteException> refused = new ArrayList<>();
        PipelineSpec asked = supervised ? PipelineFixture.supervised(spec, 0) : spec;
        Answer<Pipelines.Started> answer = Answer.of(
                started -> {
                    throw new AssertionError("started");
                },
                refused::add);
        all.pipelines.run(web, asked, false, Map.of(), answer);
        assertEquals(0, all.stop(all.pipelines.get("p", Optional.empty())));
        all.core.until(() -> !refused.isEmpty());
        all.core.settle();
        assertTrue(
                refused.get(0).getMessage().contains("was stopped before it was started"),
                refused.get(0).getMessage());
        assertEquals(List.of(), all.core.launcher.launches());
        assertEquals(0, all.live());
        assertEquals(List.of(), all.pipelines.list(Optional.empty()));
    }

    @Test
    void aRateThatNoEdgeCanKeepIsTold() {
        assertEquals(List.of("discern.max_bytes_per_sec advisory"), notKept(false));
        assertEquals(List.of(), notKept(true));
    }

    @Test
    void whatIsReplacedIsKeptAsAVersion() {
        save("p", spec, false);
        PipelineSpec second = spec.withLabel("second");
        save("p", second, true);
        PipelineFixture next = all.crashed();
        assertEquals(
                second, next.pipelines.saved().version("p", Optional.empty()).spec());
        assertEquals(spec, next.pipelines.saved().version("p", Optional.of(1L)).spec());
        assertEquals(
                ErrorCode.NOT_FOUND,
                next.core
                        .refused(answer -> answer.ok(next.pipelines.saved().version("p", Optional.of(3L))))
                        .code());
    }

    @Test
    void aSavedOneIsListedAndDurable() {
        assertTrue(!save("b", spec, false));
        save("a", spec, false);
        assertEquals(List.of("a", "b"), names(Optional.empty()));
        assertEquals(List.of("b"), names(Optional.of("a")));
        assertEquals(spec, all.pipelines.saved().get("b").spec());
        PipelineFixture next = all.crashed();
        assertEquals(spec, next.pipelines.saved().get("a").spec());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void aTakenNameIsReplacedOnlyWhenAsked() {
        save("a", spec, false);
        PipelineSpec other = PipelineFixture.chain(web.id(), "q", "x");
        assertEquals(ErrorCode.ALREADY_EXISTS, unsaved("a", other, false));
        assertEquals(spec, all.pipelines.saved().get("a").spec());
        assertTrue(save("a", other, true));
        assertEquals(other, all.pipelines.saved().get("a").spec());
        assertEquals(1, all.core.store.entries(Section.SAVED_PIPELINES).size());
    }

    @Test
    void ofTwoThatAreSavedAtOnceNoneIsLost() {
        List<SavedPipeline> done = new ArrayList<>();
        all.pipelines.saved().save("a", spec, false, Answer.of(done::add, e -> {
            throw new AssertionError(e);
        }));
        PipelineSpec other = PipelineFixture.chain(web.id(), "q", "c", "d");
        for (boolean replace : new boolean[] {false, true}) {
            assertEquals(ErrorCode.BUSY, unsaved("a", other, replace));
        }
        all.core.until(() -> !done.isEmpty());
        assertTrue(save("a", other, true));
        assertEquals(spec, all.pipelines.saved().version("a", Optional.of(1L)).spec());
        assertEquals(other, all.pipelines.saved().version("a", Optional.of(2L)).spec());
        all.core.disk.full(true);
        assertEquals(ErrorCode.NOT_STORED, unsaved("a", spec, true));
        all.core.disk.full(false);
        assertTrue(save("a", spec, true));
    }

    @Test
    void aDroppedOneIsGone() {
        save("a", spec, false);
        all.core.<Void>ok(answer -> all.pipelines.saved().drop("a", answer));
        assertEquals(ErrorCode.NOT_FOUND, missing("a"));
        assertEquals(
                ErrorCode.NOT_FOUND,
                all.core
                        .<Void>refused(answer -> all.pipelines.saved().drop("a", answer))
                        .code());
        assertEquals(List.of(), List.copyOf(all.crashed().pipelines.saved().names(Optional.empty())));
    }

    @Test
    void aRunOfASavedOneIsARunOfItsSpec() {
        save("a", spec, false);
        Pipeline p = all.run(web, all.pipelines.saved().get("a").spec());
        assertEquals(JobState.RUNNING, p.state());
        assertSame(p, all.pipelines.get("p", Optional.of("web")));
        assertSame(p, all.pipelines.get(p.id(), Optional.empty()));
        all.stop(p);
        assertEquals(List.of("a"), names(Optional.empty()));
    }

    @Test
    void namesAreBounded() {
        assertEquals(ErrorCode.INVALID_SPEC, unsaved("", spec, false));
        assertEquals(ErrorCode.INVALID_SPEC, unsaved(" ", spec, false));
        assertEquals(ErrorCode.INVALID_SPEC, unsaved("n".repeat(257), spec, false));
        save("n".repeat(256), spec, false);
    }

    @Test
    void whatCouldNotRunIsNotSaved() {
        PipelineSpec empty = PipelineSpec.of("p", web.id(), List.of(), List.of());
        PipelineSpec loop = PipelineSpec.of("p", web.id(), spec.nodes(), List.of(Edge.of(0, 1), Edge.of(1, 0)));
        PipelineSpec astray = PipelineSpec.of("p", web.id(), spec.nodes(), List.of(Edge.of(0, 7)));
        for (PipelineSpec bad : List.of(empty, loop, astray)) {
            assertEquals(ErrorCode.INVALID_SPEC, unsaved("a", bad, false));
            assertEquals(ErrorCode.INVALID_SPEC, refused(bad).code());
        }
        assertEquals(List.of(), names(Optional.empty()));
        assertEquals(List.of(), all.core.launcher.launches());
    }

    @Test
    void stagesAreBounded() {
        List<String> stages = new ArrayList<>();
        for (int i = 0; i <= PipelineSpec.MAX_STAGES; i++) {
            stages.add("s" + i);
        }
        PipelineSpec large = PipelineFixture.chain(web.id(), "p", stages.toArray(new String[0]));
        assertEquals(ErrorCode.INVALID_SPEC, refused(large).code());
    }

    @Test
    void afterAFullDiskNothingHasChanged() {
        save("a", spec, false);
        all.core.disk.full(true);
        assertEquals(ErrorCode.NOT_STORED, unsaved("b", spec, false));
        assertEquals(ErrorCode.NOT_STORED, unsaved("a", PipelineFixture.chain(web.id(), "q", "x"), true));
        assertEquals(
                ErrorCode.NOT_STORED,
                all.core
                        .<Void>refused(answer -> all.pipelines.saved().drop("a", answer))
                        .code());
        assertEquals(
                ErrorCode.NOT_STORED,
                refused(PipelineFixture.supervised(spec, 0)).code());
        assertEquals(List.of("a"), names(Optional.empty()));
        assertEquals(spec, all.pipelines.saved().get("a").spec());
        assertEquals(List.of(), all.pipelines.list(Optional.empty()));
        assertEquals(List.of(), all.core.launcher.launches());
    }

    @Test
    void oneInAStoppedWorkspaceWakesItForGood() {
        all.core.ok((Answer<Long> answer) ->
                all.core.workspaces.stop(web, EndedBy.USER, Optional.of(PipelineFixture.GRACE), answer));
        all.run(web, PipelineFixture.supervised(spec, 0));
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofMinutes(1));
        assertEquals(
                WorkspaceStatus.State.ACTIVE, next.core.workspaces.get("web").state());
        assertEquals(2, next.core.launcher.alive().size());
        assertEquals(JobState.RUNNING, next.pipelines.get("p", Optional.empty()).state());
    }

    @Test
    void aStopOfItsWorkspaceEndsItForGood() {
        Pipeline p = all.run(web, PipelineFixture.supervised(spec, 0));
        all.core.ok((Answer<Long> answer) ->
                all.core.workspaces.stop(web, EndedBy.USER, Optional.of(PipelineFixture.GRACE), answer));
        all.core.settle();
        assertEquals(JobState.STOPPED, p.state());
        assertEquals(0, all.live());
        assertEquals(0, all.core.launcher.alive().size());
    }

    @Test
    void theRecordsOfAnEndedOneGoWithIt() {
        for (int i = 0; i < Retention.DEFAULTS.deadPerWorkspace() + 5; i++) {
            all.run(web, PipelineFixture.chain(web.id(), "p" + i, "s" + i));
            all.child("s" + i).exit(0);
            all.core.loop.run();
        }
        assertEquals(
                Retention.DEFAULTS.deadPerWorkspace(),
                all.pipelines.list(Optional.empty()).size());
        assertEquals(
                Retention.DEFAULTS.deadPerWorkspace(),
                all.core.launcher.records().size());
    }
}
