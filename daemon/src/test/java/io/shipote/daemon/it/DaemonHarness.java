package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.Shipote;
import io.shipote.core.linux.DaemonGroup;
import io.shipote.daemon.control.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A real daemon in a directory of its own. All that it ever starts carries a mark in its environment, by which
 * {@link #close} proves that nothing is left.
 */
final class DaemonHarness implements AutoCloseable {
    /** How long a daemon may take to begin or end. */
    static final long PATIENCE_S = 30;

    static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_S);

    private static final String MARK = "SHIPOTE_IT";

    static final Path DAEMON_JAR = Path.of("target/shipote-daemon.jar").toAbsolutePath();
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin/java").toString();

    private final Path directory;
    private final String mark;
    private List<String> prefix;
    private final DaemonGroup group;
    private boolean undivided;
    private List<String> archive = List.of();
    private final Set<String> seen = new LinkedHashSet<>();
    private Process process;
    private String firstLine = "";
    private Shipote client;

    private DaemonHarness(List<String> prefix) throws IOException {
        this.directory = Files.createTempDirectory(Path.of("/tmp"), "sh-it");
        this.mark = MARK + "=" + directory.getFileName();
        this.prefix = prefix;
        this.group = DaemonGroup.make(directory.getFileName().toString());
        Files.createDirectories(state());
        Files.createDirectory(temporary());
        // Of whomever the daemon is started as.
        Files.setPosixFilePermissions(temporary(), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** A directory for a daemon that does not run yet. */
    static DaemonHarness prepared() throws IOException {
        return new DaemonHarness(List.of());
    }

    /** A daemon that is ready. */
    static DaemonHarness started() throws IOException {
        DaemonHarness harness = prepared();
        try {
            harness.start();
            return harness;
        } catch (IOException | RuntimeException | AssertionError e) {
            harness.close();
            throw e;
        }
    }

    /** A directory for a daemon that is started through another program. */
    static DaemonHarness through(String... words) throws IOException {
        return new DaemonHarness(List.of(words));
    }

    /** From now on it is started through another program. */
    DaemonHarness by(String... words) {
        prefix = List.of(words);
        return this;
    }

    /** From now on it is started in its group itself, as by a unit without a subgroup. */
    DaemonHarness undivided() {
        undivided = true;
        return this;
    }

    /** From now on it makes its groups where nobody else does; to be removed after {@link #close}. */
    GroupGround ownGroups() throws IOException {
        GroupGround made = GroupGround.make(directory.getFileName().toString(), group.path());
        if (group.path().isEmpty()) {
            Files.writeString(config(), made.config());
        }
        return made;
    }

    /**
     * From now on its Java starts from an archive of its classes, which takes half the time. It is made by a first daemon,
     * which is gone then.
     */
    DaemonHarness archived() throws IOException {
        Path file = directory.resolve("classes.jsa");
        // What Java has to say about archives must not come before the daemon's first line.
        archive = List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + file);
        start();
        Room room = room();
        String workspace = room.workspace("training");
        room.ended(workspace, Specs.command("true"));
        room.await(room.pipeline(Specs.graph("training", workspace, List.of("true", "true", "true"), "0>1", "0>2"))
                .id());
        client.workspaces().delete(workspace, Optional.of(0L));
        stop();
        archive = Files.exists(file) ? List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + file) : List.of();
        return this;
    }

    Path directory() {
        return directory;
    }

    Path state() {
        return directory.resolve("state");
    }

    /** Where its libraries unpack what they load: who is killed in between leaves that behind. */
    private Path temporary() {
        return directory.resolve("tmp");
    }

    Path socket() {
        return directory.resolve("run/control.sock");
    }

    Path log() {
        return directory.resolve("daemon.log");
    }

    Path config() {
        return directory.resolve("config.toml");
    }

    /** Starts it and waits until it has restored all. */
    DaemonHarness start(String... more) throws IOException {
        assertEquals("ready " + socket(), tryStart(more), this::story);
        return connected();
    }

    /** Waits until a daemon that is ready has restored all. */
    DaemonHarness connected() {
        client = Shipote.connect(socket());
        await().alias("the end of the restore")
                .pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> client.health().state().equals("ready"));
        return this;
    }

    /** Starts it and returns its first line. */
    String tryStart(String... more) throws IOException {
        return firstLine(launch(more));
    }

    /** The first line of one that was launched; this is the daemon from now on if it is ready. */
    String firstLine(Process made) throws IOException {
        String line = Optional.ofNullable(made.inputReader().readLine()).orElse("(no line)");
        if (line.startsWith("ready ")) {
            process = made;
            firstLine = line;
        } else {
            Processes.ended(made);
        }
        return line;
    }

    /** Starts it and waits for nothing. */
    Process launch(String... more) throws IOException {
        List<String> words = new ArrayList<>(undivided ? group.prefixUndivided() : group.prefix());
        words.addAll(prefix);
        words.addAll(List.of(JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        words.addAll(List.of("-Djava.io.tmpdir=" + temporary(), "-Djna.tmpdir=" + temporary()));
        words.addAll(archive);
        words.addAll(List.of("-cp", DAEMON_JAR.toString(), "io.shipote.daemon.Main", "--socket", socket().toString()));
        words.addAll(List.of(
                "--state-dir",
                state().toString(),
                "--runtime-dir",
                socket().getParent().toString()));
        if (Files.exists(config())) {
            words.addAll(List.of("--config", config().toString()));
        }
        words.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment());
        return builder.start();
    }

    /** What the daemon and the command line get on top of our own environment. */
    Map<String, String> environment() {
        Map<String, String> all = new HashMap<>();
        List.of("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")
                .forEach(name -> all.put(name, directory.toString()));
        all.put("SHIPOTE_SOCKET", socket().toString());
        all.put(MARK, directory.getFileName().toString());
        return all;
    }

    long pid() {
        return process.pid();
    }

    Shipote client() {
        return client;
    }

    WireClient wire() throws IOException {
        return new WireClient(socket());
    }

    /** Conveniences over the client. */
    Room room() {
        return new Room(this);
    }

    /** Remembers a workspace, whose groups must be gone in the end. */
    void remember(String workspace) {
        seen.add(workspace);
    }

    /** Ends the daemon as a crash would. */
    void kill9() {
        process.destroyForcibly();
        Processes.ended(process);
        forgetClient();
    }

    /** Waits for so long, in microseconds, or until it has ended by itself. */
    void pause(long micros) throws InterruptedException {
        process.waitFor(micros, TimeUnit.MICROSECONDS);
    }

    /** Asks it to end in good order and waits so long at most. */
    void stopWithin(long millis) throws InterruptedException {
        process.destroy();
        process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Asks it to end in good order and waits; its exit status. */
    int stop() {
        forgetClient();
        process.destroy();
        return Processes.ended(process);
    }

    int awaitEnd() {
        return Processes.ended(process);
    }

    /** Stops it in good order and starts the next one. */
    void restart() throws IOException {
        assertEquals(0, stop(), this::story);
        start();
    }

    private void forgetClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** The command line against this daemon. */
    CliResult cli(String... words) throws IOException {
        return CliResult.of(environment(), directory, words);
    }

    /** The command line with a standard input. */
    CliResult cliReading(Path in, String... words) throws IOException {
        return CliResult.reading(in, environment(), directory, words);
    }

    /** The command line, started and not waited for. */
    Process cliProcess(String... words) throws IOException {
        return CliResult.builder(environment(), directory, words)
                .redirectErrorStream(true)
                .start();
    }

    /** For the message of a failure. */
    String story() {
        return "daemon said '" + firstLine + "', its log:\n" + Processes.read(log());
    }

    /** Processes of this harness that are alive, the daemon not counted. */
    List<Long> processes() {
        List<Long> found = new ArrayList<>(Processes.withEnvironment(mark));
        found.removeIf(pid -> process != null && pid == process.pid());
        return found;
    }

    /** Deletes all, ends all, and fails if anything is left. */
    @Override
    public void close() throws IOException {
        try {
            if (client != null && process.isAlive()) {
                client.workspaces()
                        .list(Optional.empty(), Optional.of(1_000L))
                        .workspaces()
                        .forEach(w -> {
                            seen.add(w.id());
                            client.workspaces().delete(w.id(), Optional.of(0L));
                        });
                client.stopDaemon(Optional.of(true), Optional.of(0L));
                Processes.ended(process);
            }
        } catch (ShipoteException | ConnectionException e) {
            throw new AssertionError("it did not end well: " + e.getMessage() + "\n" + story(), e);
        } finally {
            forgetClient();
            sweep();
        }
    }

    private void sweep() throws IOException {
        Remains remains = Remains.of(mark, seen);
        String story = story();
        Remains.delete(directory);
        group.remove();
        remains.assertNone(story);
    }
}
