package io.shipote.cli;

import io.shipote.client.Locations;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the usual verbs once against canned replies, for the class archive that makes the start fast: the archive holds the
 * classes that were loaded. Not part of the command line; the script {@code shipote} starts it.
 */
public final class Training {
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final String[][] USES = {
        {
            "ws list",
            "{\"workspaces\":[{\"id\":\"" + ID + "\",\"label\":\"a\",\"state\":\"active\",\"commands_alive\":1,"
                    + "\"commands_total\":2,\"pipelines_alive\":0,\"created_ms\":1,\"uptime_ms\":9,\"deadline_ms\":9}]}"
        },
        {"ws list --json", "{\"workspaces\":[]}"},
        {"run -w a --name b -- sleep 1", "{\"id\":\"" + ID + "\",\"state\":\"running\",\"pid\":7,\"applied\":[]}"},
        {"ps --all", "{\"commands\":[{\"id\":\"" + ID + "\",\"label\":\"x\",\"state\":\"exited\",\"argv\":[\"x\"]}]}"},
        {"wait b", "{\"id\":\"" + ID + "\",\"state\":\"exited\",\"status\":0,\"why\":\"\"}"},
        {"logs b", "{\"id\":\"" + ID + "\",\"label\":\"x\",\"stream\":\"stdout\",\"offset\":0,\"data\":\"YQo=\"}"},
        {"health", "{\"version\":\"0\",\"pid\":1,\"uptime_ms\":1,\"state\":\"ready\",\"dirty\":false}"},
        {"ws create --label a", "{\"id\":\"" + ID + "\",\"state\":\"active\",\"applied\":[]}"},
    };

    private Training() {}

    public static void main(String[] words) throws IOException {
        Path directory = Files.createTempDirectory("shipote-training");
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Console silent = new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            Thread answers = new Thread(() -> answer(server), "answers");
            answers.setDaemon(true);
            answers.start();
            for (String[] use : USES) {
                String line = "--socket " + socket + " " + use[0];
                new Main(silent, Locations.ofProcess()).run(line.split(" "));
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
        Main.main(new String[] {"--version"});
    }

    /** Answers one call after the other, until the server is closed. */
    private static void answer(ServerSocketChannel server) {
        try {
            for (String[] use : USES) {
                answer(server, use[1]);
            }
        } catch (ClosedChannelException e) {
            // A use failed before it called: the archive lacks some classes, no more.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("answering in training", e);
        }
    }

    private static void answer(ServerSocketChannel server, String parameters) throws IOException {
        try (SocketChannel client = server.accept()) {
            ByteBuffer call = ByteBuffer.allocate(4_096);
            while (call.position() == 0 || call.get(call.position() - 1) != 0) {
                if (client.read(call) < 0) {
                    return;
                }
            }
            client.write(ByteBuffer.wrap(("{\"parameters\":" + parameters + "}\0").getBytes(StandardCharsets.UTF_8)));
        }
    }
}
