package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The part of {@code doctor} that needs what only the daemon's program has; it runs for a moment and is no daemon. */
final class DoctorProgram {
    private final List<String> command = new ArrayList<>();

    /** @param fix whether it may change anything */
    DoctorProgram(Path socket, boolean fix) {
        command.addAll(DaemonLauncher.java());
        command.add("-cp");
        command.add(DaemonLauncher.jar().toString());
        command.addAll(List.of("io.shipote.daemon.DoctorMain", "--socket", socket.toString()));
        if (fix) {
            command.add("--fix");
        }
    }

    /** The state directory to look at, instead of the usual one. */
    void state(String directory) {
        command.addAll(List.of("--state-dir", directory));
    }

    /** @throws ShipoteException if it does not run to its end */
    ObjectNode run() {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            byte[] out = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            JsonNode report = status == 0 ? CardJson.parse(out) : null;
            if (report instanceof ObjectNode) {
                return (ObjectNode) report;
            }
            throw unusable("it ended with status " + status + " and said: "
                    + Table.printable(new String(out, StandardCharsets.UTF_8)));
        } catch (CardSyntaxException e) {
            throw unusable(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("starting the daemon's program", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable("interrupted");
        }
    }

    private static ShipoteException unusable(String why) {
        return new ShipoteException(
                ErrorCode.INTERNAL,
                "the daemon's program at " + DaemonLauncher.jar() + " cannot look at the host: " + why
                        + " (build or install it again)");
    }
}
