package io.shipote.core.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.GroupLimits;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Mounts;
import io.shipote.card.Namespaces;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import io.shipote.card.ResourceLimit;
import io.shipote.card.RunAs;
import io.shipote.card.Shape;
import io.shipote.card.SomaSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AskedTest {
    private static final SomaSpec NONE = SomaSpec.none();
    private static final CommandRef COMMAND = CommandRef.nativeCommand("c", "true", List.of());

    private static Asked merged(SomaSpec workspace, SomaSpec own) {
        Problems problems = new Problems();
        Asked asked = Asked.of(workspace, COMMAND.withSoma(own), problems);
        assertEquals(List.of(), problems.list());
        return asked;
    }

    private static List<String> contradiction(SomaSpec workspace, SomaSpec own) {
        Problems problems = new Problems();
        Asked.of(workspace, COMMAND.withSoma(own), problems);
        return problems.list().stream().map(Problem::path).toList();
    }

    private static SomaSpec cpus(Long... numbers) {
        return NONE.withCpuAffinity(Optional.of(List.of(numbers)));
    }

    private static SomaSpec as(long uid, long gid, Long... groups) {
        return NONE.withRunAs(Optional.of(new RunAs(uid, gid, List.of(groups), Shape.NEW)));
    }

    private static Namespaces spaces(boolean net, boolean pid) {
        return new Namespaces(false, pid, net, false, false, false, false, Shape.NEW);
    }

    @Test
    void nothingIsNothing() {
        assertTrue(merged(NONE, NONE).nothing());
        assertEquals(Asked.of(NONE), merged(NONE, NONE));
        assertFalse(merged(NONE.withNofile(Optional.of(5L)), NONE).nothing());
    }

    @Test
    void theSmallerLimitCounts() {
        SomaSpec five = NONE.withNofile(Optional.of(5L));
        SomaSpec seven = NONE.withNofile(Optional.of(7L));
        assertEquals(Optional.of(5L), merged(five, seven).nofile());
        assertEquals(Optional.of(5L), merged(seven, five).nofile());
        assertEquals(Optional.of(5L), merged(NONE, five).nofile());
        CommandRef own = new LaunchSpec(
                        Optional.empty(),
                        Optional.empty(),
                        LaunchSpec.NONE.envMode(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("nofile", new ResourceLimit(Optional.of(3L), Optional.of(9L))),
                        Optional.empty())
                .in(COMMAND);
        Asked both = Asked.of(five, own, new Problems());
        assertEquals(Optional.empty(), both.nofile());
        assertEquals("3:5", both.rlimits().get("nofile").toString());
    }

    @Test
    void processorsAreThoseInBoth() {
        assertEquals(
                Optional.of(List.of(1L)), merged(cpus(0L, 1L), cpus(1L, 2L)).cpus());
        assertEquals(Optional.of(List.of(0L)), merged(cpus(0L), NONE).cpus());
        assertEquals(Optional.of(List.of(0L)), merged(NONE, cpus(0L)).cpus());
        assertEquals(List.of("soma.cpu_affinity"), contradiction(cpus(0L), cpus(1L)));
    }

    @Test
    void processorsAreAmongThoseOfTheGroup() {
        SomaSpec set =
                new GroupLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("2-3")).into(NONE);
        assertEquals(List.of("soma.cpu_affinity"), contradiction(set, cpus(0L, 1L)));
        assertEquals(List.of("soma.cpu_affinity"), contradiction(cpus(1L), set));
        assertEquals(Optional.of(List.of(1L, 2L)), merged(set, cpus(1L, 2L)).cpus(), "the kernel takes those in both");
        assertEquals(Optional.empty(), merged(set, NONE).cpus());
    }

    @Test
    void namespacesAreThoseOfEither() {
        Namespaces both = merged(NONE.withNamespaces(spaces(true, false)), NONE.withNamespaces(spaces(false, true)))
                .namespaces();
        assertTrue(both.net() && both.pid());
        assertFalse(both.mount());
    }

    @Test
    void theIdentityIsNeverAnother() {
        assertEquals(5, merged(as(5, 6), NONE).runAs().orElseThrow().uid());
        assertEquals(5, merged(NONE, as(5, 6)).runAs().orElseThrow().uid());
        assertEquals(
                5,
                merged(as(5, 6, 1L, 2L), as(5, 6, 2L, 1L)).runAs().orElseThrow().uid());
        assertEquals(List.of("soma.run_as"), contradiction(as(5, 6), as(5, 7)));
        assertEquals(List.of("soma.run_as"), contradiction(as(5, 6), as(0, 0)));
        assertEquals(List.of("soma.run_as"), contradiction(as(5, 6), as(5, 6, 0L)));
    }

    @Test
    void theWorkspacesMountsComeFirst() {
        Mounts one = mounts("/one");
        Mounts two = mounts("/two");
        assertEquals(
                List.of(one, two),
                merged(NONE.withMounts(one), NONE.withMounts(two)).mounts());
        assertEquals(List.of(two), merged(NONE, NONE.withMounts(two)).mounts());
    }

    private static Mounts mounts(String hidden) {
        return new Mounts(new Mounts.Home.Inherit(), List.of(), List.of(), Optional.of(hidden), Shape.NEW);
    }
}
