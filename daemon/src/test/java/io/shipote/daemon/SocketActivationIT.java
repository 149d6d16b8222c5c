package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Spawned;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.Stdio;
import io.shipote.daemon.control.WireClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A socket that somebody else has opened, as systemd does: sd_listen_fds(3). */
@Timeout(120)
class SocketActivationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Path socket;

    @BeforeEach
    void privateDirectory() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        socket = directory.resolve("s");
    }

    private Spawned daemon(Socket listening, Path where) throws Exception {
        io.netty.channel.epoll.Epoll.ensureAvailability();
        String command = "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" "
                + Main.class.getName() + " --socket " + where + " --state-dir " + directory + "/state";
        TreeMap<Integer, Fd> ports = new TreeMap<>();
        ports.put(Inherited.FIRST, Fd.owned(listening.intValue()));
        SpawnRequest request = SpawnRequest.of(
                        "/bin/sh",
                        List.of(
                                "-c",
                                command,
                                Path.of(System.getProperty("java.home"), "bin/java")
                                        .toString(),
                                System.getProperty("java.class.path")),
                        List.of("PATH=/usr/bin:/bin", "HOME=" + directory),
                        directory)
                .withStdio(
                        Stdio.none(),
                        new Stdio.AppendFile(directory.resolve("out")),
                        new Stdio.AppendFile(directory.resolve("err")))
                .withPorts(ports);
        return new Spawner(new ProcFiles()).spawn(request);
    }

    private Socket listening() throws Exception {
        Socket made = Socket.newSocketDomain();
        made.bind(new DomainSocketAddress(socket.toFile()));
        made.listen(16);
        return made;
    }

    private String said() throws Exception {
        return Files.readString(directory.resolve("out")) + Files.readString(directory.resolve("err"));
    }

    @Test
    void itListensThereAndLeavesTheSocketToItsOwner() throws Exception {
        io.netty.channel.epoll.Epoll.ensureAvailability();
        Socket listening = listening();
        try {
            Spawned daemon = daemon(listening, socket);
            // It waits in the queue of the socket until the daemon is there.
            try (WireClient client = new WireClient(socket)) {
                assertTrue(client.ask("{'method':'io.shipote.Health'}").contains("\"socket\""), said());
                String upgraded = client.ask("{'method':'io.shipote.Upgrade'}");
                assertTrue(upgraded.contains("\"pid\":" + daemon.pid()), upgraded + said());
                assertTrue(client.ask("{'method':'io.shipote.Health'}").contains("\"socket\""), said());
            } finally {
                daemon.pidfd().signal(Signals.TERM);
            }
            assertTrue(daemon.pidfd().await(PATIENCE), said());
            assertTrue(daemon.pidfd().reap().isPresent());
            assertTrue(Files.exists(socket));
        } finally {
            listening.close();
        }
    }

    @Test
    void anotherSocketThanItsOwnIsRefused() throws Exception {
        io.netty.channel.epoll.Epoll.ensureAvailability();
        Socket listening = listening();
        try {
            Spawned daemon = daemon(listening, directory.resolve("other"));
            assertTrue(daemon.pidfd().await(PATIENCE), said());
            daemon.pidfd().reap();
            String line = said().lines().findFirst().orElse("");
            assertTrue(line.startsWith("error ") && line.contains("listening on " + socket), line);
            assertEquals(false, Files.exists(directory.resolve("other")));
        } finally {
            listening.close();
        }
    }
}
