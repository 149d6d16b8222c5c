import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/** Whole-process measurements against a running daemon; started by {@code bench/run}. Times in milliseconds. */
public final class Bench {
    private final String shipote;
    private final int pairs;
    private final Path socket = Locations.ofProcess().socket();

    private Bench(String shipote, int pairs) {
        this.shipote = shipote;
        this.pairs = pairs;
    }

    public static void main(String[] arguments) throws Exception {
        Bench bench = new Bench(arguments[1], Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "cli" -> bench.cli();
            case "respawn" -> bench.respawn();
            case "memory" -> bench.memory();
            case "creates" -> bench.creates();
            case "start" -> bench.start();
            case "sampler" -> bench.sampler();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Start to end of a short verb, against an interpreter that does nothing. */
    private void cli() {
        Figures.compare(
                pairs,
                "shipote ws list",
                () -> Figures.wall(shipote, "ws", "list"),
                "node -e 1",
                () -> Figures.wall("node", "-e", "1"));
    }

    /** SIGKILL of a supervised command until the daemon says that its successor runs. */
    private void respawn() throws Exception {
        ObjectNode spec = Calls.command("sleeper", "sleep", "100000");
        ObjectNode run = Calls.object().put("workspace", workspace("respawn"));
        run.set("spec", spec);
        run.putObject("restart").put("policy", "always").put("backoff_ms", 0);
        BlockingQueue<Long> running = new ArrayBlockingQueue<>(1_000);
        try (Connection calls = Connection.open(socket);
                Connection events = Connection.open(socket)) {
            CompletableFuture.runAsync(() -> events.stream(Calls.I + "Events", Calls.object().put("workspace", "respawn"), reply -> {
                if (reply.at("/event/kind").asText().equals("command")
                        && reply.at("/event/state").asText().equals("running")) {
                    running.add(System.nanoTime());
                }
            }));
            String id = calls.call(Calls.I + "Run", run).path("id").asText();
            running.take();
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                // After ten healthy seconds or before: a backoff of 0 is at once only for the first restart.
                calls.call(Calls.I + "StopCommand", Calls.object().put("target", id).put("grace_ms", 0));
                calls.call(Calls.I + "StartCommand", Calls.object().put("target", id));
                running.take();
                long pid = calls.call(Calls.I + "ShowCommand", Calls.object().put("target", id)).at("/command/pid").asLong();
                long begin = System.nanoTime();
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                times.add((running.take() - begin) / 1e6);
            }
            Figures.print("SIGKILL to successor running", times);
            calls.call(Calls.I + "DeleteWorkspace", Calls.object().put("target", "respawn").put("grace_ms", 0));
        }
    }

    /** PSS of the daemon: idle, and with 100 sleeping commands. */
    private void memory() throws Exception {
        try (Connection calls = Connection.open(socket)) {
            long pid = calls.call(Calls.I + "Health", Calls.object()).path("pid").asLong();
            System.out.printf("daemon PSS before: %.1f MiB%n", pss(pid));
            String workspace = workspace("memory");
            for (int i = 0; i < 100; i++) {
                ObjectNode run = Calls.object().put("workspace", workspace);
                run.set("spec", Calls.command("s" + i, "sleep", "100000"));
                calls.call(Calls.I + "Run", run);
            }
            BlockingQueue<Integer> samples = new ArrayBlockingQueue<>(100);
            // As a task it would run on a thread that keeps the process from ending, on a machine of two processors.
            Thread watcher = new Thread(() -> {
                try (Connection stats = Connection.open(socket)) {
                    stats.stream(Calls.I + "WorkspaceStats", Calls.object().put("target", workspace), reply -> samples.add(1));
                } catch (ShipoteException e) {
                    System.out.println("(" + e.getMessage() + ")");
                }
            });
            watcher.start();
            for (int i = 0; i < 12; i++) {
                samples.take();
            }
            System.out.printf("daemon PSS with 100 sleeping commands, sampled for 10 s: %.1f MiB%n", pss(pid));
            calls.call(Calls.I + "DeleteWorkspace", Calls.object().put("target", workspace).put("grace_ms", 0));
        }
    }

    /** What 1,000 sleeping commands in 10 workspaces cost while nobody asks: processor, and heap of live objects. */
    private void sampler() throws Exception {
        int commands = 1_000;
        int workspaces = 10;
        int seconds = 60;
        try (Connection calls = Connection.open(socket)) {
            long pid = calls.call(Calls.I + "Health", Calls.object()).path("pid").asLong();
            long heap = liveHeap(pid);
            List<String> made = new ArrayList<>();
            for (int w = 0; w < workspaces; w++) {
                made.add(workspace("sampler" + w));
                for (int i = 0; i < commands / workspaces; i++) {
                    ObjectNode run = Calls.object().put("workspace", made.get(w));
                    run.set("spec", Calls.command("s" + i, "sleep", "100000"));
                    calls.call(Calls.I + "Run", run);
                }
            }
            // All samples of a command are there after 64 s.
            pause(70);
            long sampler = Figures.nanos(pid, "sampler");
            long loop = Figures.nanos(pid, "loop");
            long files = Figures.nanos(pid, "files");
            long all = Figures.nanos(pid, "");
            pause(seconds);
            sampler = Figures.nanos(pid, "sampler") - sampler;
            loop = Figures.nanos(pid, "loop") - loop;
            files = Figures.nanos(pid, "files") - files;
            all = Figures.nanos(pid, "") - all;
            System.out.printf(
                    "sampler of %d commands in %d workspaces: %.1f us per group and round, %.2f %% of a core; the loop"
                            + " %.2f %%, logs and histories %.2f %%, all threads of the daemon %.2f %%%n",
                    commands,
                    workspaces,
                    sampler / 1e3 / seconds / (commands + workspaces),
                    sampler / 1e7 / seconds,
                    loop / 1e7 / seconds,
                    files / 1e7 / seconds,
                    all / 1e7 / seconds);
            System.out.printf("live heap per command: %.1f KiB%n", (liveHeap(pid) - heap) / 1024.0 / commands);
            for (String workspace : made) {
                calls.call(Calls.I + "DeleteWorkspace", Calls.object().put("target", workspace).put("grace_ms", 0));
            }
        }
    }

    private static void pause(int seconds) throws Exception {
        new ProcessBuilder("sleep", Integer.toString(seconds)).start().waitFor();
    }

    /** Bytes of live objects; counting them collects the others. */
    static long liveHeap(long pid) throws IOException {
        Process jcmd = new ProcessBuilder("jcmd", Long.toString(pid), "GC.class_histogram").start();
        String last = "";
        for (String line : (Iterable<String>) jcmd.inputReader().lines()::iterator) {
            last = line.startsWith("Total") ? line : last;
        }
        return Long.parseLong(last.trim().split(" +")[2]);
    }

    /** From the first call until all run: sleeping commands, over 1 and over 8 connections. */
    private void start() throws Exception {
        for (int clients : new int[] {1, 8}) {
            for (int count : new int[] {100, 1_000}) {
                List<Double> times = new ArrayList<>();
                for (int round = 0; round < Math.max(3, pairs / 3); round++) {
                    String workspace = workspace("start");
                    times.add(start(workspace, clients, count));
                    try (Connection calls = Connection.open(socket)) {
                        calls.call(Calls.I + "DeleteWorkspace", Calls.object().put("target", workspace).put("grace_ms", 0));
                    }
                }
                Figures.print("start of " + count + " commands over " + clients + " connection(s)", times);
            }
        }
    }

    private double start(String workspace, int clients, int count) throws Exception {
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int client = 0; client < clients; client++) {
            int from = client;
            Thread thread = new Thread(() -> {
                try (Connection calls = Connection.open(socket)) {
                    for (int i = from; i < count; i += clients) {
                        ObjectNode run = Calls.object().put("workspace", workspace);
                        run.set("spec", Calls.command("s" + i, "sleep", "100000"));
                        calls.call(Calls.I + "Run", run);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    /** 500 creates one after the other: with none there, and with 2,500 or 25,000 there. */
    private void creates() throws Exception {
        try (Connection calls = Connection.open(socket)) {
            create(calls, "warm", 500);
            delete(calls, "warm", 500);
            List<Double> empty = new ArrayList<>();
            List<Double> full = new ArrayList<>();
            for (int round = 0; round < pairs; round++) {
                empty.add(round(calls));
                create(calls, "ballast", 2_500);
                full.add(round(calls));
                delete(calls, "ballast", 2_500);
            }
            compared(empty, full, 2_500);
            // To fill and empty it each time would take an hour: those with none there stand before and after.
            int rounds = Math.max(3, pairs / 5);
            empty.clear();
            full.clear();
            rounds(calls, rounds, empty);
            create(calls, "ballast", 25_000);
            rounds(calls, 2 * rounds, full);
            delete(calls, "ballast", 25_000);
            rounds(calls, rounds, empty);
            compared(empty, full, 25_000);
        }
    }

    private static void rounds(Connection calls, int count, List<Double> times) {
        for (int i = 0; i < count; i++) {
            times.add(round(calls));
        }
    }

    private static double round(Connection calls) {
        double time = create(calls, "measured", 500);
        delete(calls, "measured", 500);
        return time;
    }

    private static void compared(List<Double> empty, List<Double> full, int present) {
        Figures.print("500 creates with none present", empty);
        Figures.print("500 creates with " + present + " present", full);
        System.out.printf("ratio of medians: %.3f%n", Figures.median(full) / Figures.median(empty));
    }

    private static double create(Connection calls, String prefix, int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            ObjectNode in = Calls.object();
            in.putObject("spec").put("label", prefix + i);
            calls.call(Calls.I + "CreateWorkspace", in);
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void delete(Connection calls, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            calls.call(Calls.I + "DeleteWorkspace", Calls.object().put("target", prefix + i));
        }
    }

    private String workspace(String label) {
        try (Connection calls = Connection.open(socket)) {
            ObjectNode in = Calls.object();
            in.putObject("spec").put("label", label);
            calls.call(Calls.I + "CreateWorkspace", in);
            return label;
        }
    }

    static double pss(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no Pss");
    }
}
