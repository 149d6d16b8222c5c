package io.shipote.cli;

import io.shipote.client.Locations;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Starts the daemon in a session of its own, so that it outlives the terminal, and reads its first line. */
final class DaemonLauncher implements Autostart.Launcher {
    /** Seconds that a daemon may take until it is ready; it restores before. */
    static final long START_LIMIT_S = 60;

    /** The Java release from which native access must be allowed explicitly. */
    private static final int NATIVE_ACCESS_FLAG = 21;

    private static final int UNSAFE_FLAG = 23;

    /** Where the daemon finds the locale that its commands get; it may be empty. */
    private static final String GIVEN_LOCALE = "SHIPOTE_LC_ALL";

    private final Path socket;
    private final Locations locations;
    private final List<String> options;

    /** @param options for the daemon, besides the socket */
    DaemonLauncher(Path socket, Locations locations, List<String> options) {
        this.socket = socket;
        this.locations = locations;
        this.options = List.copyOf(options);
    }

    @Override
    public Path log() {
        return locations.logsDirectory().resolve("daemon.log");
    }

    @Override
    public String launch() {
        List<String> command = command();
        try {
            Path log = preparedLog();
            ProcessBuilder builder = new ProcessBuilder(command);
            // If we are part of a service, its manager means that one and not the daemon.
            builder.environment().keySet().removeAll(List.of("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"));
            readable(builder.environment());
            Process process = builder.directory(new File("/"))
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return firstLine(process);
        } catch (IOException e) {
            throw new UncheckedIOException("starting the daemon", e);
        }
    }

    /**
     * Without a locale, as under cron, Java could neither read the daemon's environment nor name a directory outside ASCII.
     * The daemon gives commands what was there before.
     */
    static void readable(Map<String, String> environment) {
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("C");
        if (locale.equals("C") || locale.equals("POSIX")) {
            environment.put(GIVEN_LOCALE, environment.getOrDefault("LC_ALL", ""));
            environment.put("LC_ALL", "C.UTF-8");
        }
    }

    /** The daemon's command line; package-private for its test. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(java());
        // A small first heap is what keeps a mostly idle daemon small; it grows when there is much to
        // keep, and shrinks when that was only to read it.
        command.add("-Xms8m");
        command.add("-XX:MaxNewSize=16m");
        command.add("-XX:MinHeapFreeRatio=10");
        command.add("-XX:MaxHeapFreeRatio=25");
        command.add("-Xss512k");
        String extra = System.getenv("SHIPOTE_JAVA_OPTS");
        if (extra != null) {
            command.addAll(ShellWords.split(extra));
        }
        command.add("-cp");
        command.add(jar().toString());
        command.add("io.shipote.daemon.Main");
        command.add("--socket");
        command.add(socket.toString());
        command.addAll(options);
        return command;
    }

    /** The words that start Java for the daemon's program: it calls native code. */
    static List<String> java() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("-XX:+UseSerialGC");
        words.add("-XX:TieredStopAtLevel=1");
        if (Runtime.version().feature() >= NATIVE_ACCESS_FLAG) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= UNSAFE_FLAG) {
            // The queues and the network library still use it and would be warned about at every start.
            words.add("--sun-misc-unsafe-memory-access=allow");
        }
        return words;
    }

    /** Where the daemon's program is. */
    static Path jar() {
        String given = System.getProperty("shipote.daemon.jar");
        if (given != null) {
            return Path.of(given).toAbsolutePath();
        }
        Path here;
        try {
            here = Path.of(DaemonLauncher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("where this program is: " + e.getMessage(), e);
        }
        Path inTree =
                here.resolveSibling("../../daemon/target/shipote-daemon.jar").normalize();
        Path installed = here.resolveSibling("lib").resolve("shipote-daemon.jar");
        Path beside = here.resolveSibling("shipote-daemon.jar");
        return Files.exists(inTree) ? inTree : Files.exists(installed) ? installed : beside;
    }

    private Path preparedLog() throws IOException {
        Path log = log();
        PrivateDirectory.require(log.getParent());
        try {
            Files.createFile(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // The log of earlier daemons: this one appends.
            return log;
        }
        return log;
    }

    private static String firstLine(Process process) throws IOException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            try {
                return reader.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException("reading the daemon's first line", e);
            }
        });
        try {
            return line.get(START_LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroy();
            return "error it was not ready after " + START_LIMIT_S + " s";
        } catch (ExecutionException e) {
            throw new IOException(
                    "reading the daemon's first line: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the daemon starts", e);
        }
    }
}
