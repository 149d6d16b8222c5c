package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Path FILE = Path.of("/etc/shipote/config.toml");

    @Test
    void everyKeyIsOptional() throws StartException {
        assertEquals(DaemonConfig.defaults(), ConfigFile.parse(FILE, ""));
    }

    @Test
    void everyKeyIsRead() throws StartException {
        DaemonConfig config = ConfigFile.parse(FILE, """
                # all of them
                socket = "/run/x.sock"
                allow_uids = [1000, 1001]
                cgroup_root = "/sys/fs/cgroup/x"
                cgroups = "off"
                on_stop = "stop"
                sample_interval_ms = 250
                log_level = "debug"
                max_connections = 7

                [audit]
                file_bytes = "64KiB"
                files = 2
                """);
        assertEquals(
                new DaemonConfig(
                        Optional.of(Path.of("/run/x.sock")),
                        Set.of(1000, 1001),
                        Optional.of("/sys/fs/cgroup/x"),
                        DaemonConfig.Cgroups.OFF,
                        DaemonConfig.OnStop.STOP,
                        Duration.ofMillis(250),
                        DaemonConfig.LogLevel.DEBUG,
                        7,
                        new DaemonConfig.Audit(65536, 2)),
                config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "~~  colour = 1|3:3|unknown key colour",
                "[table]|1:2|unknown key table",
                "on_stop = 'maybe'|1:1|must be one of leave, stop",
                "~log_level = 3|2:1|must be a string",
                "max_connections = 0|1:1|from 1 to 10000",
                "sample_interval_ms = 1.5|1:1|whole number",
                "sample_interval_ms = 99999999999999999999999|1:1|whole number",
                "allow_uids = [1, 'root']|1:1|list of user numbers",
                "allow_uids = 1|1:1|list of user numbers",
                "allow_uids = [-1]|1:1|list of user numbers",
                "socket = 'x.sock'|1:1|absolute path",
                "# on_stop = 1~on_stop = ''|2:1|must be one of",
            })
    void aBadKeyIsNamedWithItsPlace(String text, String place, String reason) {
        StartException e = assertThrows(StartException.class, () -> ConfigFile.parse(FILE, text.replace('~', '\n')));
        assertTrue(e.getMessage().startsWith(FILE + ":" + place + ": "), e.getMessage());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"on_stop = |1:", "~~x = = 1|3:", "x 'abc|1:", "a = 1~a = 2|2:", "[x|1:", "max_connections = 1 2|1:"
            })
    void whatIsNotTomlIsNamedWithItsPlace(String text, String place) {
        StartException e = assertThrows(StartException.class, () -> ConfigFile.parse(FILE, text.replace('~', '\n')));
        assertTrue(e.getMessage().matches("(?s)" + FILE + ":" + place + "[0-9]+: .+"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }
}
