package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
    void theManualHasEveryKeyAndNoOther() throws IOException {
        assertEquals(ConfigFile.keys(), new TreeSet<>(manual().keySet()));
    }

    @Test
    void theManualHasTheDefaults() throws IOException {
        Map<String, String> manual = manual();
        for (String line : SettingLines.of(DaemonConfig.defaults())) {
            String[] setting = line.split(" = ", 2);
            String told = manual.get(setting[0]);
            assertTrue(told.startsWith("`" + setting[1] + "`"), () -> line + " is told as " + told);
        }
    }

    /** The tables of keys: what stands under "default", by key. */
    private static Map<String, String> manual() throws IOException {
        String text = Files.readString(Path.of("../docs/configuration.md"));
        String keys = text.substring(text.indexOf("\n## Keys\n"), text.indexOf("\n## Example\n"));
        Map<String, String> defaults = new HashMap<>();
        for (String line : keys.lines().toList()) {
            if (line.startsWith("| `")) {
                String[] cells = line.split(" *\\| *");
                defaults.put(cells[1].replace("`", ""), cells[3]);
            }
        }
        return defaults;
    }
}
