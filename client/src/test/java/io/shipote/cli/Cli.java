package io.shipote.cli;

import io.shipote.client.Locations;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs the command line within the test and keeps what it printed. */
final class Cli {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Locations locations;

    Cli(Map<String, String> environment) {
        locations = new Locations(environment, () -> 1000);
    }

    /** One that finds its daemon at a socket and has its directories nowhere. */
    static Cli at(Path socket) {
        return new Cli(Map.of("SHIPOTE_SOCKET", socket.toString(), "HOME", "/nonexistent"));
    }

    int run(String... words) {
        out.reset();
        err.reset();
        return new Main(new Console(out, err), locations).run(words);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
