package io.shipote.daemon;

import io.shipote.daemon.control.MethodTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon whose domain never finishes its stop. Run as a process by {@link MainIT}. */
final class DeafMain {
    private DeafMain() {}

    public static void main(String[] arguments) throws StartException, IOException, InterruptedException {
        Settings settings = Settings.of(Options.parse(List.of(arguments)), Map.of(), Path.of("/"), "test");
        try (Daemon daemon = new Daemon(
                settings,
                new Inherited(Optional.empty(), 0),
                ServiceNotices.of(Map.of(), 0),
                context -> new DeafDomain(),
                error -> {
                    throw error;
                })) {
            StopSignals.install(daemon::stop, () -> Runtime.getRuntime().halt(0));
            daemon.start();
            System.out.println("ready");
            daemon.awaitStop();
        }
        System.out.println("gave up");
    }

    private static final class DeafDomain implements Domain {
        @Override
        public void register(MethodTable table) {}

        @Override
        public void start(Runnable restored) {
            restored.run();
        }

        @Override
        public void stop(Runnable done) {
            System.out.println("stopping");
        }
    }
}
