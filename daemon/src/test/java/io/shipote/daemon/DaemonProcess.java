package io.shipote.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A daemon in a process of its own, from the classes under test. */
final class DaemonProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final BufferedReader out;

    DaemonProcess(Path log, Map<String, String> environment, String... arguments) throws IOException {
        this(Main.class, log, environment, arguments);
    }

    DaemonProcess(Class<?> main, Path log, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("SHIPOTE_"));
        builder.environment().putAll(environment);
        process = builder.start();
        out = new BufferedReader(process.inputReader());
    }

    /** The next line of stdout; null at its end. */
    String line() throws IOException {
        return out.readLine();
    }

    long pid() {
        return process.pid();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the daemon has not ended after " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
