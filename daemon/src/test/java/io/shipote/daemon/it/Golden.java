package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Output of the command line as it is kept in files, with what differs from run to run replaced by words. The system
 * property {@code golden.update} writes the files anew.
 */
final class Golden {
    private static final Path FILES = Path.of("src/test/resources/cli");

    private Golden() {}

    static void check(String name, Path directory, CliResult result) throws IOException {
        String seen =
                plain("status " + result.status() + "\n-- out\n" + result.out() + "-- err\n" + result.err(), directory);
        Path file = FILES.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FILES);
            Files.writeString(file, seen);
        }
        assertEquals(Files.readString(file), seen, name);
    }

    private static String plain(String text, Path directory) {
        return text.replace(directory.toString(), "<dir>")
                .replaceAll("\\b[0-9A-HJKMNP-TV-Z]{26}\\b", "<id>")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<instant>")
                .replaceAll("pid=\\d+", "pid=<pid>")
                .replaceAll("pid \\d+", "pid <pid>")
                .replaceAll("\\b\\d+(\\.\\d+)?(ms| ms|s| s)\\b", "<time>")
                .replaceAll("(?<=running) +\\d+ ", "  <pid> ")
                .replaceAll(" {2,}", "  ")
                .replaceAll("(?m) +$", "");
    }
}
