package io.shipote.daemon;

import io.shipote.card.CommandRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a daemon of this version in an empty directory, which is its argument, answers a few calls, stops and adopts: what
 * fails there would fail after an upgrade, and what classes it takes goes into the archive that makes the real start quick.
 * It prints {@code ok}, or {@code error MESSAGE}. The directory is left to the caller.
 */
public final class Rehearsal {
    private static final String LABEL = "rehearsal";

    /** Longer than all of it takes, and it ends by itself if nobody else ends it. */
    private static final String COMMAND =
            CommandRef.nativeCommand(LABEL, "sleep", List.of("60")).encode().toString();

    private static final List<String> FIRST = List.of(
            call("Health", ""),
            call("CreateWorkspace", "\"spec\":{\"label\":\"" + LABEL + "\"}"),
            call("Run", "\"workspace\":\"" + LABEL + "\",\"name\":\"" + LABEL + "\",\"spec\":" + COMMAND),
            call("ListCommands", ""));

    private static final List<String> SECOND = List.of(
            call("ListWorkspaces", ""),
            call("ShowCommand", "\"target\":\"" + LABEL + "\""),
            call("Logs", "\"target\":\"" + LABEL + "\""),
            call("StopCommand", "\"target\":\"" + LABEL + "\""),
            call("Wait", "\"target\":\"" + LABEL + "\""),
            call("DeleteWorkspace", "\"target\":\"" + LABEL + "\""));

    private Rehearsal() {}

    /** One argument: an empty directory. */
    public static void main(String[] arguments) {
        System.exit(run(Path.of(arguments[0])));
    }

    private static int run(Path directory) {
        try {
            Files.writeString(directory.resolve("config.toml"), "cgroups = \"off\"\n");
            serve(directory, FIRST);
            serve(directory, SECOND);
            System.out.println(StateCheck.OK);
            return 0;
        } catch (StartException | IOException e) {
            System.out.println(StateCheck.ERROR + String.valueOf(e.getMessage()).replaceAll("[\\r\\n]+", " "));
            return 1;
        }
    }

    private static String call(String method, String parameters) {
        return "{\"method\":\"io.shipote." + method + "\",\"parameters\":{" + parameters + "}}";
    }

    private static void serve(Path directory, List<String> calls) throws StartException, IOException {
        Options options = new Options(
                Optional.of(directory.resolve("s")),
                Optional.of(directory.resolve("state")),
                Optional.of(directory.resolve("run")),
                Optional.of(directory.resolve("config.toml")),
                io.shipote.core.store.StateStore.Options.AS_IT_IS,
                false,
                false,
                false);
        Settings settings = Settings.of(options, Map.of(), directory, Main.version());
        ServiceNotices nobody = ServiceNotices.of(Map.of(), 0);
        try (Daemon daemon =
                new Daemon(settings, new Inherited(Optional.empty(), 0), nobody, LiveDomain::open, error -> {
                    throw error;
                })) {
            daemon.start();
            ask(settings.socket(), calls);
        }
    }

    private static void ask(Path socket, List<String> calls) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            for (String call : calls) {
                ByteBuffer frame = ByteBuffer.wrap((call + '\0').getBytes(StandardCharsets.UTF_8));
                while (frame.hasRemaining()) {
                    channel.write(frame);
                }
                String reply = reply(channel);
                if (reply.startsWith("{\"error\"")) {
                    throw new IOException("asked for " + call + " it said " + reply);
                }
            }
        }
    }

    private static String reply(SocketChannel channel) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (channel.read(one.clear()) > 0) {
            if (one.get(0) == 0) {
                return frame.toString(StandardCharsets.UTF_8);
            }
            frame.write(one.get(0));
        }
        throw new IOException("it closed the connection");
    }
}
