package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.LogPosition;
import io.shipote.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Followers of logs wait for the kernel to tell of a change. */
@Timeout(90)
class LogFollowIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        daemon.room().workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    /** The watches of all inotify descriptors of the daemon, proc_pid_fdinfo(5). */
    private static long watches() throws IOException {
        long count = 0;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + daemon.pid() + "/fdinfo"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                count += Processes.read(file)
                        .lines()
                        .filter(line -> line.startsWith("inotify wd:"))
                        .count();
            }
        }
        return count;
    }

    @Test
    void aFollowerIsToldOfEachLineAndOfTheEnd() throws Exception {
        Path go = daemon.directory().resolve("go");
        String id = daemon.room()
                .run(
                        "w",
                        Specs.shell("echo first; while [ ! -e " + go + " ]; do sleep 0.05; done; echo second; exit 3"))
                .id();
        StringBuffer seen = new StringBuffer();
        LogsIn all = new LogsIn(id, Optional.empty(), Optional.of("both"), Optional.empty(), Optional.of(true));
        try (Subscription follow = daemon.client()
                .commands()
                .followLogs(all, reply -> seen.append(new String(Room.bytes(reply), StandardCharsets.UTF_8)))) {
            await().atMost(SOON).until(() -> seen.toString().equals("first\n"));
            assertEquals(2, watches(), "one for each stream");
            Files.createFile(go);
            Room.join(follow);
        }
        assertEquals("first\nsecond\n", seen.toString());
        await().atMost(SOON).until(() -> watches() == 0);
    }

    @Test
    void aFollowerThatLeavesTakesItsWatchesAlong() throws Exception {
        String id = daemon.room().run("w", Specs.shell("echo x; sleep 600")).id();
        StringBuffer seen = new StringBuffer();
        LogsIn out = new LogsIn(id, Optional.empty(), Optional.of("stdout"), Optional.empty(), Optional.of(true));
        try (Subscription follow = daemon.client().commands().followLogs(out, reply -> seen.append(reply.label()))) {
            await().atMost(SOON).until(() -> !follow.done().isDone() && seen.length() > 0 && watches() == 1);
        }
        await().atMost(SOON).until(() -> watches() == 0);
    }

    @Test
    void nothingIsReadFromBeforeTheBeginning() {
        String id = daemon.room().ended("w", Specs.command("true")).id();
        LogsIn before = new LogsIn(
                id,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(new LogPosition("x", "stdout", -1))));
        Room.refused(ErrorCode.INVALID_SPEC, () -> daemon.client().commands().logs(before));
    }
}
