package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts real processes for a test, and leaves none behind. */
final class Children implements AutoCloseable {
    static final List<String> ENVIRONMENT = List.of("PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C");
    static final Duration LIMIT = Duration.ofSeconds(20);

    final ProcFiles proc = new ProcFiles();
    final Spawner spawner;
    final Path directory;
    private final List<Spawned> started = new ArrayList<>();

    Children(Path directory) throws IOException {
        this.spawner = new Spawner(proc);
        this.directory = directory;
    }

    SpawnRequest sh(String script, String... arguments) {
        List<String> words = new ArrayList<>(List.of("-c", script, "sh"));
        words.addAll(List.of(arguments));
        return SpawnRequest.of("sh", words, ENVIRONMENT, directory).withStdio(Stdio.none(), out(), err());
    }

    Stdio out() {
        return new Stdio.AppendFile(directory.resolve("out"));
    }

    Stdio err() {
        return new Stdio.AppendFile(directory.resolve("err"));
    }

    String output() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    Spawned start(SpawnRequest request) throws IOException {
        Spawned spawned = spawner.spawn(request);
        started.add(spawned);
        return spawned;
    }

    ExitStatus run(SpawnRequest request) throws IOException {
        return end(start(request));
    }

    static ExitStatus end(Spawned spawned) throws IOException {
        assertTrue(spawned.pidfd().await(LIMIT), "it ends");
        return spawned.pidfd().reap().orElseThrow();
    }

    /** Reads one line from a pipe that a child writes to. */
    static String line(Pipe pipe) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        StringBuilder text = new StringBuilder();
        while (pipe.readEnd().read(one.clear()) == 1 && one.get(0) != '\n') {
            text.append((char) one.get(0));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        for (Spawned spawned : started) {
            spawned.pidfd().signal(Signals.KILL);
            spawned.pidfd().await(LIMIT);
            spawned.pidfd().reap();
            spawned.pidfd().close();
        }
    }
}
