package io.shipote.core.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Mounts;
import io.shipote.card.Namespaces;
import io.shipote.card.ResourceLimit;
import io.shipote.card.RunAs;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.wire.Applied;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final RunAs SOMEBODY = new RunAs(7, 8, List.of(9L, 10L), Shape.NEW);

    private final FakeHost host = new FakeHost();
    private Namespaces namespaces = Namespaces.NONE;
    private Optional<List<Long>> cpus = Optional.empty();
    private Optional<RunAs> runAs = Optional.empty();
    private List<Mounts> mounts = List.of();
    private Optional<Long> nofile = Optional.empty();
    private final Map<String, ResourceLimit> rlimits = new TreeMap<>();
    private Optional<Integer> nice = Optional.empty();

    private Isolated made() {
        return new Isolation(host).of(new Asked(namespaces, cpus, runAs, mounts, nofile, rlimits, nice));
    }

    /** The words with the constant scripts left out. */
    private static String line(Isolated made) {
        return String.join(
                " ",
                made.through().stream().filter(word -> !word.contains("\"")).toList());
    }

    private static Map<String, String> outcomes(Isolated made) {
        Map<String, String> all = new TreeMap<>();
        for (Applied one : made.applied()) {
            all.put(
                    one.item(),
                    one.outcome().word() + one.why().map(why -> ": " + why).orElse(""));
        }
        return all;
    }

    private static Namespaces spaces(String... names) {
        List<String> all = List.of(names);
        return new Namespaces(
                all.contains("mount"),
                all.contains("pid"),
                all.contains("net"),
                all.contains("uts"),
                all.contains("ipc"),
                all.contains("user"),
                all.contains("cgroup"),
                Shape.NEW);
    }

    private static Mounts bind(String source, String target) {
        return new Mounts(
                new Mounts.Home.Inherit(),
                List.of(new Mounts.Bind(source, target, true, Shape.NEW)),
                List.of(new Mounts.Tmpfs("/t", Optional.of(U64.of(4096)), Shape.NEW)),
                Optional.of("/home/me"),
                Shape.NEW);
    }

    @Test
    void nothingCostsNothing() {
        assertEquals(Isolated.NOTHING, made());
        assertEquals(List.of(), host.tried);
    }

    @Test
    void aLimitOfDescriptorsNeedsNoTool() {
        nofile = Optional.of(99L);
        assertEquals(new Isolated(List.of(), nofile, List.of(Applied.applied("rlimits.nofile"))), made());
        host.refusals.put("--nofile=99:99", "prlimit: no");
        assertEquals(Map.of("rlimits.nofile", "degraded: prlimit: no"), outcomes(made()));
        assertEquals(Optional.empty(), made().nofile());
    }

    @Test
    void limitsComeLateAndTheUserLast() {
        nice = Optional.of(7);
        cpus = Optional.of(List.of(1L, 0L));
        runAs = Optional.of(SOMEBODY);
        rlimits.put("core", ResourceLimit.of(0));
        rlimits.put("stack", new ResourceLimit(Optional.of(5L), Optional.empty()));
        assertEquals(
                "/bin/nice -n 5 /bin/taskset -c 0,1 /bin/prlimit --core=0:0 --stack=5:unlimited"
                        + " /bin/setpriv --reuid=7 --regid=8 --groups=9,10",
                line(made()));
        assertTrue(outcomes(made()).values().stream().allMatch("applied"::equals), () -> outcomes(made())
                .toString());
    }

    @Test
    void oneRefusedLimitDoesNotTakeTheOthersAway() {
        rlimits.put("core", ResourceLimit.of(0));
        rlimits.put("stack", ResourceLimit.of(9));
        host.refusals.put("--stack=9:9", "prlimit: no");
        assertEquals("/bin/prlimit --core=0:0", line(made()));
        assertEquals(Map.of("rlimits.core", "applied", "rlimits.stack", "degraded: prlimit: no"), outcomes(made()));
    }

    @Test
    void processorsThatAreNotThereAreTold() {
        cpus = Optional.of(List.of(2L, 9L));
        assertEquals("/bin/taskset -c 2", line(made()));
        assertEquals(Map.of("cpu_affinity", "degraded: only 2: the daemon may not use 9"), outcomes(made()));
        cpus = Optional.of(List.of(9L));
        assertEquals("", line(made()));
        assertEquals(
                Map.of("cpu_affinity", "degraded: none of them is there; the daemon may use 0,1,2"), outcomes(made()));
    }

    @Test
    void onlyRootChangesTheUser() {
        host.uid = 5;
        runAs = Optional.of(SOMEBODY);
        assertEquals("", line(made()));
        assertTrue(outcomes(made()).get("run_as").startsWith("degraded: only a daemon of root"));
        runAs = Optional.of(new RunAs(5, 5, List.of(), Shape.NEW));
        assertEquals(Map.of("run_as", "applied"), outcomes(made()));
    }

    @Test
    void rootMakesNamespacesDirectly() {
        namespaces = spaces("mount", "uts", "ipc", "cgroup");
        assertEquals("/bin/unshare --mount --uts --ipc --cgroup", line(made()));
    }

    @Test
    void othersMakeThemInsideAUserNamespaceAndGiveUpWhatItAllowed() {
        host.onlyInside = true;
        host.uid = 5;
        namespaces = spaces("uts");
        assertEquals(
                "/bin/unshare --map-current-user --keep-caps --uts /bin/setpriv --inh-caps=-all --ambient-caps=-all",
                line(made()));
        assertEquals(Map.of("namespaces.uts", "applied"), outcomes(made()));
    }

    @Test
    void whatIsRefusedEvenThereIsTold() {
        host.refusals.put("/bin/unshare", "unshare: no");
        namespaces = spaces("uts", "pid");
        assertEquals("", line(made()));
        assertEquals(
                Map.of("namespaces.uts", "degraded: unshare: no", "namespaces.pid", "degraded: unshare: no"),
                outcomes(made()));
    }

    @Test
    void aUserNamespaceIsEnteredAsTheUser() {
        namespaces = spaces("user");
        runAs = Optional.of(SOMEBODY);
        assertEquals(
                "/bin/setpriv --reuid=7 --regid=8 --groups=9,10 /bin/unshare --map-current-user --keep-caps",
                line(made()));
    }

    @Test
    void thePidNamespaceComesAfterWhatForks() {
        namespaces = spaces("net", "pid");
        String line = line(made());
        assertTrue(line.indexOf("/bin/ip") < line.indexOf("--pid"), line);
        assertTrue(line.startsWith("/bin/env --ignore-signal=HUP,"), line);
        assertTrue(line.endsWith("/bin/unshare --fork --kill-child --mount-proc /bin/env --default-signal"), line);
    }

    @Test
    void aPidNamespaceWithTheHostsProcIsDegraded() {
        host.refusals.put("--mount-proc", "unshare: mount /proc failed");
        namespaces = spaces("pid");
        assertTrue(line(made()).contains("--fork --kill-child /bin/env"), line(made()));
        assertTrue(outcomes(made()).get("namespaces.pid").startsWith("degraded: it sees the /proc of the host"));
    }

    @Test
    void aLoopbackThatStaysDownIsTold() {
        host.missing.add("ip");
        namespaces = spaces("net");
        assertEquals("/bin/unshare --net", line(made()));
        assertEquals(
                Map.of(
                        "namespaces.net", "applied",
                        "namespaces.net.lo", "degraded: down: ip is not installed (package iproute2)"),
                outcomes(made()));
    }

    @Test
    void mountsAreLaidOverTheHostsFiles() {
        mounts = List.of(bind("/src", "/t/new"));
        host.absent.add("/t/new");
        assertTrue(
                line(made())
                        .contains("/bin/bwrap --dev-bind / / --tmpfs /home/me --size 4096 --tmpfs /t"
                                + " --ro-bind /src /t/new /bin/env --default-signal"),
                line(made()));
        assertEquals(Map.of("mounts", "applied"), outcomes(made()));
    }

    @Test
    void mountsWithoutTheirToolOrPlacesAreTold() {
        mounts = List.of(bind("/src", "/place"));
        host.absent.add("/src");
        assertEquals(Map.of("mounts", "degraded: there is no /src to show at /place"), outcomes(made()));
        host.absent.add("/place");
        host.absent.remove("/src");
        assertTrue(outcomes(made()).get("mounts").contains("there is no /place on this host"));
        host.missing.add("bwrap");
        assertEquals(Map.of("mounts", "degraded: bwrap is not installed (package bubblewrap)"), outcomes(made()));
    }

    @Test
    void whatIsOnlyRefusedTogetherLeavesTheRestInForce() {
        namespaces = spaces("uts");
        mounts = List.of(bind("/src", "/t/new"));
        nice = Optional.of(7);
        // Each alone goes; a way with both does not.
        HostView together = new FakeHost() {
            @Override
            public Optional<String> refused(List<String> words) {
                boolean both = words.contains("/bin/unshare") && words.contains("/bin/bwrap");
                return both ? Optional.of("bwrap: no") : Optional.empty();
            }
        };
        Isolated made = new Isolation(together).of(new Asked(namespaces, cpus, runAs, mounts, nofile, rlimits, nice));
        assertEquals("/bin/nice -n 5", line(made));
        assertEquals(
                Map.of("nice", "applied", "namespaces.uts", "degraded: bwrap: no", "mounts", "degraded: bwrap: no"),
                outcomes(made));
    }
}
