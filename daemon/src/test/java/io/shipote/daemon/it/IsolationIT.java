package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each item of isolation for real: what is called applied is looked at in /proc of the process. */
@Timeout(90)
class IsolationIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("isolated");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static boolean root() {
        return ProcessHandle.current().info().user().filter("root"::equals).isPresent();
    }

    private static Applied applied(RunOut run, String item) {
        return run.applied().stream()
                .filter(one -> one.item().equals(item))
                .findFirst()
                .orElseThrow(() -> new AssertionError(item + " is not in " + run.applied()));
    }

    private static void assumeApplied(RunOut run, String item) {
        Applied one = applied(run, item);
        assumeTrue(one.outcome() == Applied.Outcome.APPLIED, () -> "this host does not allow it: " + one);
    }

    private static String finished(RunOut run) {
        WaitOut end = room.await(run.id());
        assertEquals(0, end.status(), () -> end + room.logs(run.id(), "stderr", 0));
        return room.logs(run.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mount", "pid", "net", "uts", "ipc", "user", "cgroup"})
    void eachNamespaceIsItsOwn(String kind) throws IOException {
        String link = kind.equals("mount") ? "mnt" : kind;
        RunOut run = room.run(
                workspace,
                Specs.asking(
                        Specs.command("readlink", "/proc/self/ns/" + link),
                        "{'namespaces':{'" + kind + "':true}}",
                        "{}"));
        assumeApplied(run, "namespaces." + kind);
        assertNotEquals(
                Files.readSymbolicLink(Path.of("/proc/self/ns/" + link)).toString(),
                finished(run).trim());
    }

    @Test
    void allNamespacesAtOnce() {
        String all =
                "{'namespaces':{'mount':true,'pid':true,'net':true,'uts':true,'ipc':true,'user':true,'cgroup':true}}";
        RunOut run = room.run(workspace, Specs.asking(Specs.shell("id -u; ls -d /proc/[0-9]* | wc -l"), all, "{}"));
        assumeApplied(run, "namespaces.pid");
        run.applied().forEach(one -> assertEquals(Applied.Outcome.APPLIED, one.outcome(), one::toString));
        List<String> lines = finished(run).lines().toList();
        assertTrue(Integer.parseInt(lines.get(1)) < 10, "it sees the processes of its own only: " + lines);
    }

    @Test
    void aNetworkNamespaceHasALoopback() {
        RunOut run = room.run(
                workspace,
                Specs.asking(
                        Specs.command("cat", "/sys/class/net/lo/flags", "/proc/net/dev"),
                        "{'namespaces':{'net':true}}",
                        "{}"));
        assumeApplied(run, "namespaces.net");
        assumeTrue(run.applied().stream().noneMatch(one -> one.item().equals("namespaces.net.lo")), "needs ip");
        String out = room.output(
                workspace,
                Specs.asking(
                        Specs.command("cat", "/proc/net/if_inet6", "/proc/net/fib_trie"),
                        "{'namespaces':{'net':true}}",
                        "{}"));
        assertTrue(out.contains("127.0.0.1"), out);
    }

    @Test
    void aPidNamespacePassesExitAndSignalsThroughAndEndsWhole() {
        String pid = "{'namespaces':{'pid':true}}";
        RunOut forks =
                room.run(workspace, Specs.asking(Specs.shell("for i in 1 2 3; do (true); done; exit 7"), pid, "{}"));
        assumeApplied(forks, "namespaces.pid");
        assertEquals(7, room.await(forks.id()).status());
        WaitOut killed = room.await(room.run(workspace, Specs.asking(Specs.shell("kill -TERM $$"), pid, "{}"))
                .id());
        assertEquals(
                "{\"kind\":\"signalled\",\"signal\":15,\"core_dumped\":false}",
                killed.exit().orElseThrow().toString());
        RunOut handler = room.run(
                workspace,
                Specs.asking(
                        Specs.shell("trap 'echo got; exit 3' USR1; echo up; while :; do sleep 0.02; done"), pid, "{}"));
        await().atMost(SOON).until(() -> room.logs(handler.id()).equals("up\n"));
        daemon.client().commands().kill(handler.id(), Optional.empty(), "USR1");
        assertEquals(3, room.await(handler.id()).status());
        RunOut sleeper = room.run(workspace, Specs.asking(Specs.command("sleep", "600"), pid, "{}"));
        daemon.client().commands().stop(sleeper.id(), Optional.empty(), Optional.of(20_000L));
        assertEquals(143, room.await(sleeper.id()).status());
        await().atMost(SOON).until(() -> room.command(sleeper.id()).pid().isEmpty());
    }

    @Test
    void anotherUserWhoseProcessHasItsGroups() {
        assumeTrue(root(), "needs root");
        RunOut run = room.run(
                workspace,
                Specs.asking(
                        Specs.shell("id -u; id -g; id -G"),
                        "{'run_as':{'uid':65534,'gid':65533,'groups':[5,7]}}",
                        "{}"));
        assertEquals(Applied.Outcome.APPLIED, applied(run, "run_as").outcome());
        assertEquals("65534\n65533\n65533 5 7\n", finished(run));
    }

    @Test
    void limitsPriorityMaskAndProcessors() {
        String own = "{'umask':'037','nice':7,'rlimits':{'core':0,'nofile':[64,128],'stack':4194304}}";
        RunOut run = room.run(
                workspace,
                Specs.asking(
                        Specs.shell("umask; nice; ulimit -Sn; ulimit -Hn; ulimit -c; ulimit -s;"
                                + "grep Cpus_allowed_list /proc/self/status"),
                        "{'cpu_affinity':[0]}",
                        own));
        for (String item : List.of("nice", "rlimits.core", "rlimits.nofile", "rlimits.stack", "cpu_affinity")) {
            assertEquals(Applied.Outcome.APPLIED, applied(run, item).outcome(), item);
        }
        assertEquals("0037\n7\n64\n128\n0\n4096\nCpus_allowed_list:\t0\n", finished(run));
    }

    @Test
    void mountsAreAnotherViewOfTheFiles() throws Exception {
        Path real = Files.createDirectories(daemon.directory().resolve("real"));
        Files.writeString(real.resolve("file"), "shown\n");
        Path place = Files.createDirectories(daemon.directory().resolve("place"));
        String mounts = "{'mounts':{'home':'Heredar','binds':[{'origen':'" + real + "','destino':'" + place
                + "','ro':true}],'tmpfs':[{'destino':'/mnt','size_bytes':65536}],'hide_home_real':null}}";
        RunOut run = room.run(
                workspace,
                Specs.asking(
                        Specs.shell("cat " + place + "/file; touch " + place + "/x 2>/dev/null && echo bad;"
                                + "touch /mnt/y && ls /mnt"),
                        mounts,
                        "{}"));
        assumeApplied(run, "mounts");
        assertEquals("shown\ny\n", finished(run));
        assertTrue(Files.notExists(real.resolve("x")) && Files.notExists(Path.of("/mnt/y")));
        RunOut missing = room.run(
                workspace, Specs.asking(Specs.command("true"), mounts.replace(real.toString(), "/none"), "{}"));
        assertTrue(applied(missing, "mounts").why().orElse("").contains("/none"));
    }

    @Test
    void aFailedExecIsToldThroughEveryLayer() throws Exception {
        Path script = Files.writeString(daemon.directory().resolve("broken"), "#!/no/such/interpreter\n");
        assertTrue(script.toFile().setExecutable(true, false));
        String mounts = ",'mounts':{'home':'Heredar','binds':[],'tmpfs':[{'destino':'/mnt','size_bytes':null}],"
                + "'hide_home_real':null}";
        String all =
                "{'namespaces':{'pid':true,'net':true}" + mounts + (root() ? ",'run_as':{'uid':1,'gid':1}" : "") + "}";
        ShipoteException e = Room.refused(
                ErrorCode.NOT_STARTED,
                () -> room.run(
                        workspace,
                        Specs.asking(Specs.command(script.toString()), all, "{'nice':1,'rlimits':{'core':0}}")));
        assertEquals("\"" + script + "\"", e.fields().get("path").toString(), e.getMessage());
    }

    @Test
    void strictStartsNothingThatIsDegraded() {
        ObjectNode card = Specs.asking(Specs.command("true"), "{'cpu_affinity':[8000]}", "{}");
        assertEquals(
                Applied.Outcome.DEGRADED,
                applied(room.run(workspace, card), "cpu_affinity").outcome());
        int before = room.commands(workspace).size();
        ShipoteException e = Room.refused(ErrorCode.NOT_APPLIED, () -> daemon.client()
                .commands()
                .run(new RunIn(workspace, card, Optional.of("kept"), Optional.empty(), Optional.of(true))));
        assertTrue(e.getMessage().contains("cpu_affinity"), e.getMessage());
        assertEquals(before, room.commands(workspace).size());
    }
}
