package io.shipote.core;

import io.shipote.card.EnvVar;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Problems;
import io.shipote.core.isolation.Isolated;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Stdio;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns a plan into the request of one process: program, environment, directory, descriptors, limits. */
final class ProcessRequest {
    private static final Path ROOT = Path.of("/");

    private final RunRecords records;
    private final ChildEnvironment environment;

    ProcessRequest(RunRecords records, ChildEnvironment environment) {
        this.records = records;
        this.environment = environment;
    }

    /**
     * @param group the groups that it enters before its first instruction
     * @param isolated how it gets what else it is limited to
     * @throws IOException if the file of its environment cannot be read
     */
    SpawnRequest of(LaunchPlan plan, RunGroup group, Isolated isolated) throws IOException {
        RunRecord record = plan.record();
        LaunchSpec launch = launch(plan);
        List<String> argv = Argv.of(plan.spec());
        List<EnvVar> fromFile = launch.envFile().isPresent()
                ? EnvFile.read(Path.of(launch.envFile().get()))
                : List.of();
        SpawnRequest request = SpawnRequest.of(
                        argv.get(0),
                        argv.subList(1, argv.size()),
                        environment.of(plan, launch.envMode(), fromFile),
                        record.directory().map(Path::of).orElse(ROOT))
                .withStdio(
                        plan.stdin().<Stdio>map(Stdio.End::new).orElseGet(() -> stdin(launch)),
                        output(plan.stdout(), records.out(record.workspace(), record.run())),
                        output(plan.stderr(), records.err(record.workspace(), record.run())))
                .withCgroups(group.procsFiles());
        if (!plan.held().isEmpty()) {
            return request.withHeld(plan.held());
        }
        request = request.withPorts(plan.ports());
        if (launch.umask().isPresent()) {
            request = request.withUmask(launch.umask().get());
        }
        request = request.withThrough(isolated.through());
        return isolated.nofile().isPresent()
                ? request.withNofile(isolated.nofile().get())
                : request;
    }

    /** A card that came from a file was not checked as a new one is. */
    private static LaunchSpec launch(LaunchPlan plan) {
        Problems problems = new Problems();
        LaunchSpec launch = LaunchSpec.of(plan.spec(), "", problems);
        problems.throwIfAny("the command");
        return launch;
    }

    private static Stdio stdin(LaunchSpec launch) {
        return launch.stdin()
                .<Stdio>map(file -> new Stdio.ReadFile(Path.of(file)))
                .orElseGet(Stdio::none);
    }

    private static Stdio output(Optional<Fd> pipe, Path file) {
        return pipe.<Stdio>map(Stdio.End::new).orElseGet(() -> new Stdio.AppendFile(file));
    }
}
