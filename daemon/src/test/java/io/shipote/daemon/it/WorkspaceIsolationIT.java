package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.LaunchSpec;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.SomaSpec;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a workspace asks for reaches its commands; and what becomes of it under a daemon of an ordinary user. */
@Timeout(90)
class WorkspaceIsolationIT {
    private static final String UTS = "{'namespaces':{'uts':true}}";

    private static WorkspaceSpec workspace(String label, String soma) {
        ObjectNode tree = WorkspaceSpec.of(label).encode();
        tree.set("soma", Specs.asking(Specs.command("true"), soma, "{}").get("soma"));
        return WorkspaceSpec.decode(tree, "", new Problems());
    }

    private static Optional<Applied> item(List<Applied> all, String item) {
        return all.stream().filter(one -> one.item().equals(item)).findFirst();
    }

    @Test
    void whatAWorkspaceAsksForReachesItsCommands() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String id = room.workspace(workspace("w", "{'cpu_affinity':[0,1],'rlimits':{'nofile':100}}"));
            ObjectNode card = Specs.shell("grep Cpus_allowed_list /proc/self/status; ulimit -n");
            assertEquals(
                    "Cpus_allowed_list:\t0\n60\n",
                    room.output(id, Specs.asking(card, "{'cpu_affinity':[0],'rlimits':{'nofile':60}}", "{}")));
            ShipoteException e = Room.refused(
                    ErrorCode.INVALID_SPEC,
                    () -> room.run(id, Specs.asking(Specs.command("true"), "{'cpu_affinity':[7]}", "{}")));
            assertTrue(e.getMessage().contains("soma.cpu_affinity"), e.getMessage());
            String other = room.workspace(workspace("as", "{'run_as':{'uid':65534,'gid':65534,'groups':[]}}"));
            Room.refused(
                    ErrorCode.INVALID_SPEC,
                    () -> room.run(other, Specs.asking(Specs.command("true"), "{'run_as':{'uid':0,'gid':0}}", "{}")));
            if (LifecycleIT.isRoot()) {
                assertEquals("65534\n", room.output(other, Specs.command("id", "-u")));
            }
        }
    }

    @Test
    void strictRefusesWorkspacesAndPipelinesToo() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            WorkspaceSpec impossible = workspace("none", "{'cpu_affinity':[8000]}");
            Room.refused(ErrorCode.NOT_APPLIED, () -> daemon.client()
                    .workspaces()
                    .create(new CreateWorkspaceIn(impossible.encode(), Optional.of(true))));
            String id = room.workspace("w");
            SomaSpec soma = SomaSpec.none().withCpuAffinity(Optional.of(List.of(8000L)));
            PipelineSpec chain = Specs.chain("p", id, "echo a", "cat");
            CommandRef second = chain.nodes().get(1).withSoma(soma);
            PipelineSpec asking = PipelineSpec.of(
                    "p", chain.workspace(), List.of(chain.nodes().get(0), second), chain.edges());
            RunPipelineOut lenient = room.pipeline(asking);
            assertTrue(item(lenient.applied(), "s1: cpu_affinity").isPresent(), lenient::toString);
            Room.refused(ErrorCode.NOT_APPLIED, () -> daemon.client()
                    .pipelines()
                    .run(new RunPipelineIn(
                            asking.encode(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(true))));
        }
    }

    @Test
    void aRestartedCommandIsIsolatedAgain() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            Room room = daemon.room();
            String id = room.workspace("w");
            CommandRef kept = LaunchSpec.NONE.in(CommandRef.nativeCommand("k", "sleep", List.of("600")));
            ObjectNode card = Specs.asking(kept.encode(), "{'namespaces':{'pid':true}}", "{'nice':4}");
            RunOut run = room.run(id, card);
            assumeTrue(item(run.applied(), "namespaces.pid").orElseThrow().outcome() == Applied.Outcome.APPLIED);
            daemon.kill9();
            daemon.start();
            assertTrue(daemon.room().command(run.id()).pid().isPresent(), "it goes on and is adopted");
            daemon.client().commands().stop(run.id(), Optional.empty(), Optional.of(20_000L));
            assertEquals(List.of(), daemon.processes());
        }
    }

    @Test
    void anOrdinaryUserGetsWhatCanBeHadAndIsToldTheRest() throws Exception {
        assumeTrue(LifecycleIT.isRoot(), "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not there");
        try (DaemonHarness daemon =
                DaemonHarness.through("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")) {
            for (Path each : List.of(daemon.directory(), daemon.state())) {
                Files.setAttribute(each, "unix:uid", 65_534);
            }
            assumeTrue(ContainmentIT.readable(), "another user may not read what was built");
            daemon.start();
            Room room = daemon.room();
            CreateWorkspaceOut made = daemon.client().workspaces().create(workspace("w", UTS));
            RunOut run = room.run(
                    made.id(),
                    Specs.asking(
                            Specs.shell("id -u; nice; ulimit -c; grep CapEff /proc/self/status"),
                            "{'run_as':{'uid':1,'gid':1},'cpu_affinity':[0],'namespaces':{'net':true,'pid':true}}",
                            "{'nice':6,'rlimits':{'core':0}}"));
            String why = item(run.applied(), "run_as").orElseThrow().why().orElse("");
            assertTrue(why.contains("only a daemon of root"), why);
            for (String item : List.of("nice", "rlimits.core", "cpu_affinity")) {
                assertEquals(
                        Applied.Outcome.APPLIED,
                        item(run.applied(), item).orElseThrow().outcome(),
                        item);
            }
            assertEquals(0, room.await(run.id()).status());
            assertEquals("65534\n6\n0\nCapEff:\t0000000000000000\n", room.logs(run.id()));
            RunOut higher = room.run(made.id(), Specs.asking(Specs.command("true"), "{}", "{'nice':-5}"));
            Applied nice = item(higher.applied(), "nice").orElseThrow();
            assertEquals(Applied.Outcome.DEGRADED, nice.outcome());
            assertFalse(nice.why().orElse("").isEmpty());
            Room.refused(ErrorCode.NOT_APPLIED, () -> daemon.client()
                    .workspaces()
                    .create(new CreateWorkspaceIn(
                            workspace("other", "{'run_as':{'uid':1,'gid':1}}").encode(), Optional.of(true))));
        }
    }
}
