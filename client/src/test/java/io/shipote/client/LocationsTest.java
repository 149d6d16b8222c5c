package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {
    private static final int ROOT = 0;
    private static final int USER = 1000;

    private static Locations of(int uid, Map<String, String> environment) {
        return new Locations(environment, () -> uid);
    }

    @Test
    void rootHasTheHostsDirectories() {
        Locations root = of(ROOT, Map.of("HOME", "/root"));
        assertEquals(Path.of("/run/shipote/control.sock"), root.socket());
        assertEquals(Path.of("/var/lib/shipote"), root.stateDirectory());
        assertEquals(Path.of("/etc/shipote"), root.configDirectory());
    }

    @Test
    void othersHaveTheirOwn() {
        Locations user = of(USER, Map.of("HOME", "/home/a"));
        assertEquals(Path.of("/tmp/shipote-1000/control.sock"), user.socket());
        assertEquals(Path.of("/home/a/.local/state/shipote"), user.stateDirectory());
        assertEquals(Path.of("/home/a/.config/shipote"), user.configDirectory());
        assertEquals(user.stateDirectory(), user.logsDirectory());
    }

    @Test
    void xdgStandsAboveTheUserEvenForRoot() {
        Locations root = of(
                ROOT, Map.of("XDG_RUNTIME_DIR", "/x/run", "XDG_STATE_HOME", "/x/state", "XDG_CONFIG_HOME", "relative"));
        assertEquals(Path.of("/x/run/shipote/control.sock"), root.socket());
        assertEquals(Path.of("/x/state/shipote"), root.stateDirectory());
        assertEquals(Path.of("/etc/shipote"), root.configDirectory());
    }

    @Test
    void systemdStandsAboveXdg() {
        Locations user = of(
                USER,
                Map.of(
                        "RUNTIME_DIRECTORY", "/run/a:/run/b",
                        "XDG_RUNTIME_DIR", "/x/run",
                        "LOGS_DIRECTORY", "/var/log/shipote",
                        "HOME", "/home/a"));
        assertEquals(Path.of("/run/a/control.sock"), user.socket());
        assertEquals(Path.of("/var/log/shipote"), user.logsDirectory());
    }

    @Test
    void theSocketCanBeNamed() {
        assertEquals(
                Path.of("/s.sock"),
                of(USER, Map.of("SHIPOTE_SOCKET", "/s.sock")).socket());
    }

    @Test
    void aSocketPathHasAtMost107Bytes() {
        String longest = "/" + "s".repeat(Locations.SOCKET_PATH_MAX - 1);
        assertEquals(Path.of(longest), Locations.requireFits(Path.of(longest)));
        ShipoteException failure =
                assertThrows(ShipoteException.class, () -> Locations.requireFits(Path.of(longest + "s")));
        assertEquals(ErrorCode.LIMIT_EXCEEDED, failure.code());
        assertThrows(ShipoteException.class, () -> Locations.requireFits(Path.of("/" + "é".repeat(54))));
    }

    @Test
    void theConfigurationNamesTheSocketUnlessTheEnvironmentDoes(@TempDir Path config) throws IOException {
        Path file = Files.createDirectories(config.resolve("shipote")).resolve("config.toml");
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", config.toString(), "XDG_RUNTIME_DIR", "/x/run");
        assertEquals(
                Path.of("/x/run/shipote/control.sock"), of(USER, environment).socket());
        Files.writeString(file, "on_stop = \"leave\"\nsocket = \"/run/other.sock\"\n");
        assertEquals(Path.of("/run/other.sock"), of(USER, environment).socket());
        Map<String, String> named = Map.of("XDG_CONFIG_HOME", config.toString(), "SHIPOTE_SOCKET", "/tmp/s");
        assertEquals(Path.of("/tmp/s"), of(USER, named).socket());
        Files.writeString(file, "# no socket here\n");
        assertEquals(
                Path.of("/x/run/shipote/control.sock"), of(USER, environment).socket());
        for (String bad : List.of("socket = ", "socket = \"relative\"", "socket = 1")) {
            Files.writeString(file, bad);
            ShipoteException e = assertThrows(
                    ShipoteException.class, () -> of(USER, environment).socket());
            assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
            assertTrue(e.getMessage().endsWith("(mend it, or name the socket with --socket)"), e.getMessage());
        }
    }
}
