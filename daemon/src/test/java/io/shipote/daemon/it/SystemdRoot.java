package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.client.Shipote;
import io.shipote.core.linux.Cgroup2Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A systemd that runs our units as they are, as the first process of namespaces of its own. Its root is a copy of this
 * host's that keeps what is written in memory, so nothing of this host is changed; {@code boot} beside the tests makes it.
 */
final class SystemdRoot implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMESPACES =
            List.of("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--ipc", "--uts", "--net");
    private static final List<String> TOOLS = List.of("unshare", "nsenter", "systemctl", "pivot_root");

    private final Path top;
    private final Path group;
    private final Path said;
    private Process outer;
    private long systemd;

    private SystemdRoot(Path top, Path group) {
        this.top = top;
        this.group = group;
        this.said = top.resolveSibling(top.getFileName() + ".log");
    }

    /** Why it cannot be had here. */
    static Optional<String> missing() throws IOException {
        if (!Files.isExecutable(Path.of("/lib/systemd/systemd"))) {
            return Optional.of("systemd is not installed");
        }
        Optional<String> tool = TOOLS.stream()
                .filter(name -> Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")
                        .noneMatch(directory -> Files.isExecutable(Path.of(directory, name))))
                .findFirst();
        if (tool.isPresent()) {
            return Optional.of(tool.get() + " is not installed");
        }
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            return Optional.of("namespaces for a systemd are made by root");
        }
        List<String> words = new ArrayList<>(NAMESPACES);
        words.addAll(List.of("--cgroup", "mount", "-t", "tmpfs", "tmpfs", "/tmp"));
        Process tried = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return Processes.ended(tried) == 0 ? Optional.empty() : Optional.of("namespaces cannot be made here");
    }

    static SystemdRoot boot() throws IOException {
        Path top = Files.createTempDirectory(Path.of("/tmp"), "sh-systemd");
        Path group = Cgroup2Ground.find().make(top.getFileName().toString());
        SystemdRoot root = new SystemdRoot(top, group);
        try {
            root.start();
            return root;
        } catch (IOException | RuntimeException | AssertionError e) {
            root.close();
            throw e;
        }
    }

    private void start() throws IOException {
        List<String> words = new ArrayList<>(NAMESPACES);
        // The group has to be left by all but systemd, which divides it.
        String enter = "echo 0 >\"$0/cgroup.procs\" && exec unshare --cgroup \"$@\"";
        words.addAll(List.of("--kill-child", "/bin/bash", "-c", enter, group.toString(), "/bin/bash"));
        Path target = Path.of("target").toAbsolutePath();
        words.addAll(List.of(
                target.resolve("test-classes/systemd/boot").toString(),
                top.toString(),
                Path.of("../packaging/systemd").toRealPath().toString(),
                target.toString(),
                DaemonHarness.JAVA));
        outer = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Awaitility.await().atMost(PATIENCE).until(this::booted);
    }

    private boolean booted() throws IOException {
        if (!outer.isAlive()) {
            throw new IllegalStateException(Files.readString(said));
        }
        Optional<ProcessHandle> child = outer.toHandle().children().findFirst();
        if (child.isEmpty() || !child.get().info().command().orElse("").endsWith("/systemd")) {
            return false;
        }
        systemd = child.get().pid();
        return call("systemctl", "is-active", "default.target").status() == 0;
    }

    /** What a program said, and its exit status. */
    record Said(int status, String text) {}

    /** Runs a program in there, beside systemd; at most a minute. */
    Said call(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(systemd)));
        all.addAll(List.of("-m", "-p", "-i", "-u", "-n", "-C", "--"));
        all.addAll(List.of(words));
        Path answer = Files.createTempFile("sh-systemd", ".answer");
        try {
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                throw new IllegalStateException(String.join(" ", words) + " did not end");
            }
            return new Said(process.exitValue(), Files.readString(answer).strip());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.delete(answer);
        }
    }

    /** The same for one that has to succeed; what it said. */
    String run(String... words) throws IOException {
        Said answer = call(words);
        assertEquals(0, answer.status(), () -> String.join(" ", words) + ": " + answer.text() + "\n" + story());
        return answer.text();
    }

    /** A property of the daemon's unit. */
    String property(String name) throws IOException {
        return run("systemctl", "show", "-p", name, "--value", "shipote.service");
    }

    void await(String property, String value) {
        Awaitility.await().alias(property + "=" + value).atMost(PATIENCE).until(() -> property(property)
                .equals(value));
    }

    /** A file of that root, as it is seen from here. */
    Path file(String absolute) {
        return Path.of("/proc/" + systemd + "/root" + absolute);
    }

    /** A group of that systemd, as it is seen from here. */
    Path group(String path) {
        return group.resolve(path);
    }

    Shipote client() {
        return Shipote.connect(file("/run/shipote/control.sock"));
    }

    /** What the daemon has told, and what systemd says of it; for messages. */
    String story() {
        try {
            Path log = file("/var/log/shipote");
            return (Files.exists(log) ? Files.readString(log) : "")
                    + call("systemctl", "status", "shipote", "shipote-workspaces")
                            .text();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        if (outer != null) {
            // Its child is killed with it, and with that one all in the namespaces.
            outer.destroyForcibly();
            Processes.ended(outer);
        }
        Awaitility.await()
                .alias("nobody is left in " + group)
                .atMost(PATIENCE)
                .until(() -> Cgroup2Ground.remove(group));
        Files.deleteIfExists(said);
        Files.delete(top);
    }
}
