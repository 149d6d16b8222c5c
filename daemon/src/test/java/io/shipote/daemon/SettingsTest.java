package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path directory;

    private Optional<String> cgroupRoot(String unit) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("CONFIGURATION_DIRECTORY", directory.toString()));
        environment.put("SHIPOTE_CGROUP_ROOT", unit);
        return Settings.of(Options.parse(List.of()), environment, directory, "1")
                .cgroupRoot();
    }

    @Test
    void theUnitSaysWhereGroupsAreMadeAndTheConfigurationKnowsBetter() throws Exception {
        assertEquals(Optional.empty(), cgroupRoot(""));
        assertEquals(Optional.of("../groups.service"), cgroupRoot("../groups.service"));
        assertEquals(Optional.of("/system.slice/a"), cgroupRoot("/system.slice/a"));
        for (String wrong : List.of("groups.service", "..", "../", "/a/../b", "../../b")) {
            StartException refused = assertThrows(StartException.class, () -> cgroupRoot(wrong));
            assertTrue(refused.getMessage().endsWith("../NAME: " + wrong), refused.getMessage());
        }
        Files.writeString(directory.resolve("config.toml"), "cgroup_root = \"/mine\"\n");
        assertEquals(Optional.of("/mine"), cgroupRoot("../groups.service"));
    }

    @Test
    void whatWeStartIsNotToldOfTheUnit() {
        assertEquals(Map.of("A", "b"), Settings.without(Map.of("A", "b", "SHIPOTE_CGROUP_ROOT", "../groups.service")));
    }

    @Test
    void commandsGetTheLocaleThatWasThereBefore() {
        assertEquals(
                Map.of("LANG", "x"), Settings.without(Map.of("LC_ALL", "C.UTF-8", "SHIPOTE_LC_ALL", "", "LANG", "x")));
        assertEquals(Map.of("LC_ALL", "C"), Settings.without(Map.of("LC_ALL", "C.UTF-8", "SHIPOTE_LC_ALL", "C")));
        assertEquals(Map.of("LC_ALL", "C.UTF-8"), Settings.without(Map.of("LC_ALL", "C.UTF-8")));
    }
}
