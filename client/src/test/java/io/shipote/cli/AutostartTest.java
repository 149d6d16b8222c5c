package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import io.shipote.client.StubDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutostartTest {
    @TempDir
    Path directory;

    private final AtomicInteger launches = new AtomicInteger();
    private volatile StubDaemon stub;

    @AfterEach
    void stop() {
        if (stub != null) {
            stub.close();
        }
    }

    private Autostart autostart(Supplier<String> daemon) {
        Locations locations = new Locations(Map.of("XDG_RUNTIME_DIR", directory.toString()), () -> 1000);
        Autostart.Launcher launcher = new Autostart.Launcher() {
            @Override
            public String launch() {
                launches.incrementAndGet();
                return daemon.get();
            }

            @Override
            public Path log() {
                return Path.of("/state/daemon.log");
            }
        };
        return new Autostart(directory.resolve("control.sock"), locations, launcher);
    }

    private String comesUp() {
        stub = new StubDaemon(directory, call -> StubDaemon.reply("{}"));
        return "ready " + stub.socket();
    }

    @Test
    void aDaemonThatRunsIsNotStarted() {
        comesUp();
        autostart(() -> "error").connect().close();
        assertEquals(0, launches.get());
        assertFalse(Files.exists(directory.resolve("shipote")));
    }

    @Test
    void aDaemonIsStartedWhenNoneRuns() throws IOException {
        autostart(this::comesUp).connect().close();
        assertEquals(1, launches.get());
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("shipote"))));
    }

    @Test
    void itsErrorIsToldWithItsLog() {
        DaemonStartException failure =
                assertThrows(DaemonStartException.class, () -> autostart(() -> "error state.json:3:1: bad")
                        .connect());
        assertEquals("the daemon did not start: state.json:3:1: bad (more in /state/daemon.log)", failure.getMessage());
        assertTrue(assertThrows(
                        DaemonStartException.class, () -> autostart(() -> null).connect())
                .getMessage()
                .contains("ended before it was ready"));
    }

    @Test
    void aDaemonThatRefusesBecauseOneRunsIsNoError() {
        Autostart second = autostart(() -> {
            comesUp();
            return "error pid 7 runs already";
        });
        second.connect().close();
    }

    @Test
    void ofTwoStartersOneStartsIt() throws Exception {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> go = new CompletableFuture<>();
        Autostart starter = autostart(() -> {
            first.complete(null);
            go.join();
            return comesUp();
        });
        CompletableFuture<Connection> one = CompletableFuture.supplyAsync(starter::connect);
        first.get(10, TimeUnit.SECONDS);
        // Within one process a second lock is refused at once instead of waiting: it was asked for, which is what
        // counts.
        assertThrows(java.nio.channels.OverlappingFileLockException.class, () -> autostart(this::comesUp)
                .connect());
        go.complete(null);
        one.get(10, TimeUnit.SECONDS).close();
        assertEquals(1, launches.get());
    }

    @Test
    void aDaemonThatMustBeNewIsRefusedWhereOneRuns() {
        autostart(this::comesUp).connectToNew().close();
        assertEquals(1, launches.get());
        ShipoteException failure = assertThrows(
                ShipoteException.class, () -> autostart(this::comesUp).connectToNew());
        assertEquals(ErrorCode.WRONG_STATE, failure.code());
        assertTrue(failure.getMessage().contains("shipote daemon stop"), failure.getMessage());
        assertEquals(1, launches.get());
    }

    @Test
    void aForeignOrOpenDirectoryIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("shipote"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        ShipoteException failure = assertThrows(
                ShipoteException.class, () -> autostart(this::comesUp).connect());
        assertEquals(ErrorCode.DENIED, failure.code());
        assertEquals(0, launches.get());
        Files.delete(open);
        Files.createSymbolicLink(open, directory);
        assertThrows(RuntimeException.class, () -> autostart(this::comesUp).connect());
        assertEquals(0, launches.get());
    }

    @Test
    void theDaemonsCommandLine() {
        Locations locations = new Locations(Map.of("LOGS_DIRECTORY", "/logs"), () -> 1000);
        DaemonLauncher launcher = new DaemonLauncher(Path.of("/run/s.sock"), locations, List.of("--recover"));
        List<String> command = launcher.command();
        assertEquals("setsid", command.get(0));
        assertTrue(command.get(1).endsWith("/bin/java"));
        assertEquals(
                List.of("io.shipote.daemon.Main", "--socket", "/run/s.sock", "--recover"),
                command.subList(command.size() - 4, command.size()));
        assertEquals(Path.of("/logs/daemon.log"), launcher.log());
    }

    @Test
    void aDaemonWithoutALocaleGetsOneThatJavaCanWorkWith() {
        Map<String, String> none = new HashMap<>(Map.of("LC_CTYPE", ""));
        DaemonLauncher.readable(none);
        assertEquals(Map.of("LC_CTYPE", "", "LC_ALL", "C.UTF-8", "SHIPOTE_LC_ALL", ""), none);
        Map<String, String> plain = new HashMap<>(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8"));
        DaemonLauncher.readable(plain);
        assertEquals(Map.of("LC_ALL", "C.UTF-8", "SHIPOTE_LC_ALL", "C", "LANG", "de_DE.UTF-8"), plain);
        Map<String, String> own = new HashMap<>(Map.of("LANG", "de_DE.UTF-8"));
        DaemonLauncher.readable(own);
        assertEquals(Map.of("LANG", "de_DE.UTF-8"), own);
    }
}
