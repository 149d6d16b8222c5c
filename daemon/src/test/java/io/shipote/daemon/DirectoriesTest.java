package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectoriesTest {
    @Test
    void rootHasTheSystemsAndOthersTheirOwn() throws StartException {
        assertEquals(expect("/var/lib/shipote", "/run/shipote", "/etc/shipote"), of(0, Map.of()));
        assertEquals(
                expect("/home/u/.local/state/shipote", "/tmp/shipote-1000", "/home/u/.config/shipote"),
                of(1000, Map.of()));
    }

    @Test
    void xdgGoesBeforeTheFixedOnesForRootToo() throws StartException {
        Map<String, String> xdg = Map.of("XDG_STATE_HOME", "/s", "XDG_RUNTIME_DIR", "/r", "XDG_CONFIG_HOME", "/c");
        assertEquals(expect("/s/shipote", "/r/shipote", "/c/shipote"), of(0, xdg));
    }

    @Test
    void systemdGoesBeforeXdgAndItsFirstDirectoryCounts() throws StartException {
        Map<String, String> both = Map.of(
                "STATE_DIRECTORY",
                "/a:/b",
                "RUNTIME_DIRECTORY",
                "/r",
                "CONFIGURATION_DIRECTORY",
                "/c",
                "XDG_STATE_HOME",
                "/s");
        assertEquals(expect("/a", "/r", "/c"), of(7, both));
    }

    @Test
    void flagsGoBeforeAll() throws StartException {
        assertEquals(
                expect("/f", "/g", "/c"),
                of(
                        7,
                        Map.of("STATE_DIRECTORY", "/a", "CONFIGURATION_DIRECTORY", "/c"),
                        "--state-dir",
                        "/f",
                        "--runtime-dir",
                        "/g"));
    }

    @Test
    void emptyAndRelativeVariablesAreAsGoodAsUnset() throws StartException {
        assertEquals(of(0, Map.of()), of(0, Map.of("STATE_DIRECTORY", "", "XDG_RUNTIME_DIR", "x/y")));
    }

    private static Directories expect(String state, String runtime, String config) {
        return new Directories(Path.of(state), Path.of(runtime), Path.of(config));
    }

    private static Directories of(int uid, Map<String, String> environment, String... flags) throws StartException {
        return Directories.of(Options.parse(List.of(flags)), environment, uid, Path.of("/home/u"));
    }
}
