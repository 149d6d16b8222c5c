package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanContainmentIT {
    @TempDir
    Path directory;

    private final String runId = "scan-" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    private Children children;

    @BeforeEach
    void open() throws IOException {
        children = new Children(directory);
    }

    @AfterEach
    void close() throws IOException {
        Containment.scan(children.proc, runId, Optional.empty()).kill();
        children.close();
    }

    private SpawnRequest request(String script, Pipe pid) {
        List<String> environment = new ArrayList<>(Children.ENVIRONMENT);
        environment.add(Containment.RUN_VARIABLE + "=" + runId);
        return SpawnRequest.of("sh", List.of("-c", script), environment, directory)
                .withHeld(List.of(pid.writeEnd()));
    }

    @Test
    void escapedGrandchildIsFoundAndKilled() throws IOException {
        try (Pipe pid = Pipe.open()) {
            Spawned leader = children.start(request(Trees.ESCAPING, pid));
            int escaped = Integer.parseInt(Children.line(pid));
            try (PidFd watch = PidFd.open(escaped).orElseThrow()) {
                Containment containment = Containment.scan(children.proc, runId, Optional.empty());
                Awaitility.await().atMost(Children.LIMIT).until(() -> Set.copyOf(containment.pids())
                        .equals(Set.of(leader.pid(), escaped)));
                assertFalse(containment.empty());
                containment.kill();
                assertTrue(watch.await(Children.LIMIT));
                assertEquals(new ExitStatus.Signalled(Signals.KILL, false), Children.end(leader));
                Awaitility.await().atMost(Children.LIMIT).until(containment::empty);
            }
        }
    }

    @Test
    void sessionFindsWhoClearedTheirEnvironment() throws IOException {
        try (Pipe pid = Pipe.open()) {
            String script = "env -i /bin/sh -c 'echo $$ >&3; exec 3>&-; exec /bin/sleep 600' & wait";
            Spawned leader = children.start(request(script, pid));
            int cleared = Integer.parseInt(Children.line(pid));
            Containment containment = Containment.scan(children.proc, runId, Optional.of(leader.identity()));
            assertEquals(Set.of(leader.pid(), cleared), Set.copyOf(containment.pids()));
            leader.pidfd().signal(Signals.KILL);
            Children.end(leader);
            // Its leader is gone, but it was seen before.
            assertEquals(List.of(cleared), containment.pids());
            try (PidFd watch = PidFd.open(cleared).orElseThrow()) {
                containment.signal(Signals.TERM);
                assertTrue(watch.await(Children.LIMIT));
            }
            Awaitility.await().atMost(Children.LIMIT).until(containment::empty);
        }
    }

    @Test
    void leaderOfAnotherTimeIsNotTouched() throws IOException {
        Spawned innocent = children.start(children.sh("exec sleep 600"));
        ProcessIdentity is = innocent.identity();
        ProcessIdentity was = new ProcessIdentity(is.bootId(), is.pid(), is.startTicks() - 100);
        Containment containment = Containment.scan(children.proc, runId, Optional.of(was));
        assertEquals(List.of(), containment.pids());
        // As long as somebody new is about to become its program, nothing is certain.
        Awaitility.await().atMost(Children.LIMIT).until(containment::empty);
        containment.kill();
        assertEquals(Optional.empty(), innocent.pidfd().reap());
    }
}
