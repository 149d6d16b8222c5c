package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingLinesTest {
    private static final Path FILE = Path.of("/etc/shipote/config.toml");

    @Test
    void theLinesReadBackAreTheSameConfiguration() throws StartException {
        DaemonConfig config = ConfigFile.parse(FILE, """
                allow_uids = [1, 2]
                on_stop = "stop"
                retention.max_age = "36h"
                retention.log_bytes_per_command = 65537
                disk = {low = "1GiB", critical = 0}
                audit.files = 9
                """);
        List<String> lines = SettingLines.of(config);
        assertTrue(lines.contains("retention.max_age = \"36h\""), lines::toString);
        assertTrue(lines.contains("disk.critical = \"0\""), lines::toString);
        assertEquals(config, ConfigFile.parse(FILE, String.join("\n", lines)));
    }

    @Test
    void everyKeyIsInTheManual() throws IOException {
        String manual = Files.readString(Path.of("../docs/configuration.md"));
        for (String line : SettingLines.of(DaemonConfig.defaults())) {
            String key = line.substring(0, line.indexOf(' '));
            assertTrue(manual.contains("| `" + key + "` |"), key);
        }
    }
}
