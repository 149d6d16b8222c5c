package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a use of the command line gave. */
record CliResult(int status, String out, String err) {
    private static final Path CLIENT_JAR =
            Path.of("../client/target/shipote-client.jar").toAbsolutePath().normalize();

    static CliResult of(Map<String, String> environment, Path directory, String... words) throws IOException {
        return reading(Path.of("/dev/null"), environment, directory, words);
    }

    /** @param in its standard input */
    static CliResult reading(Path in, Map<String, String> environment, Path directory, String... words)
            throws IOException {
        Path out = Files.createTempFile(directory, "cli", ".out");
        Path err = Files.createTempFile(directory, "cli", ".err");
        Process process = builder(environment, directory, words)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertTrue(ended, () -> "it does not end: " + List.of(words) + Processes.read(out) + Processes.read(err));
            return new CliResult(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static ProcessBuilder builder(Map<String, String> environment, Path directory, String... words) {
        List<String> command = new ArrayList<>(List.of(
                DaemonHarness.JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dshipote.daemon.jar=" + DaemonHarness.DAEMON_JAR,
                "-cp",
                CLIENT_JAR.toString(),
                "io.shipote.cli.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        return builder;
    }
}
