package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubreaperIT {
    @TempDir
    Path directory;

    @Test
    void orphansComeToUsAndOnlyStrangersAreReaped() throws IOException {
        Subreaper.enable();
        try (Children children = new Children(directory);
                Pipe go = Pipe.open();
                Pipe pid = Pipe.open()) {
            Spawned parent = children.start(children.sh("sh -c 'read x; exit 6' <&4 3>&- & echo $! >&3")
                    .withHeld(List.of(pid.writeEnd(), go.readEnd())));
            int orphan = Integer.parseInt(Children.line(pid));
            try (PidFd watch = PidFd.open(orphan).orElseThrow()) {
                assertTrue(parent.pidfd().await(Children.LIMIT));
                assertEquals(0, children.spawner.reapStrangers(known -> false), "the parent is ours");
                assertEquals(
                        Optional.of(new ExitStatus.Exited(0)), parent.pidfd().reap());

                go.writeEnd().close();
                assertTrue(watch.await(Children.LIMIT));
                assertEquals(0, children.spawner.reapStrangers(known -> known == orphan));
                assertEquals(1, children.spawner.reapStrangers(known -> false));
                ExitStatus told = watch.exitInfo().orElseThrow();
                assertTrue(told.equals(new ExitStatus.Exited(6)) || told.equals(new ExitStatus.Unknown()));
            }
        }
    }

    @Test
    void launchesLoseNothingToTheReaper() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Children children = new Children(directory)) {
            SpawnRequest request = SpawnRequest.of("false", List.of(), Children.ENVIRONMENT, directory);
            List<Future<ExitStatus>> ends = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                SpawnRequest next = i % 4 == 0 ? request.withUmask(0) : request;
                ends.add(threads.submit(() -> end(children.spawner.spawn(next))));
            }
            for (Future<ExitStatus> end : ends) {
                while (!end.isDone()) {
                    assertEquals(0, children.spawner.reapStrangers(known -> false));
                }
                assertEquals(new ExitStatus.Exited(1), end.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static ExitStatus end(Spawned spawned) throws IOException {
        try {
            return Children.end(spawned);
        } finally {
            spawned.pidfd().close();
        }
    }
}
