package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.DiskWatch;
import io.shipote.core.Retention;
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

                [retention]
                dead_commands_per_workspace = 7
                max_age = "2d"
                runs_per_command = 1
                log_bytes_per_command = "1MiB"
                log_bytes_per_workspace = 2097152

                [disk]
                low = "1 GiB"
                critical = 5
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
                        new DaemonConfig.Audit(65536, 2),
                        new Retention(7, Duration.ofDays(2), 1, 1 << 20, 2 << 20),
                        new DiskWatch.Marks(1 << 30, 5, false)),
                config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "~~  colour = 1|3:3|unknown key colour",
                "[table]|1:2|unknown key table",
                "on_stop = 'leave'~[retention]~max_age = 'soon'|3:1|retention.max_age must be a number of milliseconds",
                "[retention]~  max_ages = 1|2:3|unknown key retention.max_ages; there are dead_commands",
                "[audit]~files = 1~[retention]~files = 1|4:1|unknown key retention.files",
                "retention = 1|1:1|retention must be a table",
                "retention.runs_per_command = 0|1:11|whole number from 1 to 1000",
                "retention = {max_age = '1d', log_bytes_per_command = '9PiB'}|1:30|from 64KiB to 1024TiB",
                "[disk]~low = 1~critical = 2|3:1|must not be above disk.low",
                "[audit]~file_bytes = '1KiB'|2:1|from 16KiB to 1GiB",
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
