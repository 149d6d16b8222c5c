import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import io.shipote.core.HistoryFill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a daemon with many workspaces costs at its start, and their snapshot. Started by {@code bench/run restore}. */
public final class Restore {
    private static final int COUNT = 10_000;
    /** Samples that the snapshot has of each; the newest of the history. */
    private static final int PERSISTED = 16;

    private final String shipote;
    private final int rounds;
    private final Path state = Locations.ofProcess().stateDirectory();
    private final Path socket = Locations.ofProcess().socket();
    private boolean running = true;

    private Restore(String shipote, int rounds) {
        this.shipote = shipote;
        this.rounds = rounds;
    }

    /** @param arguments the command line, rounds, rows in each tier of a history */
    public static void main(String[] arguments) throws Exception {
        Restore bench = new Restore(arguments[0], Integer.parseInt(arguments[1]));
        bench.measure("an empty state");
        bench.fill();
        bench.measure(COUNT + " workspaces");
        int rows = Integer.parseInt(arguments[2]);
        bench.addHistory(rows);
        bench.measure(COUNT + " workspaces with histories of 3 x " + rows + " rows");
        bench.save();
    }

    private void fill() {
        try (Connection calls = Connection.open(socket)) {
            for (int i = 0; i < COUNT; i++) {
                ObjectNode in = Calls.object();
                in.putObject("spec").put("label", "w" + i);
                calls.call(Calls.I + "CreateWorkspace", in);
            }
        }
    }

    private void stop() {
        if (running) {
            Figures.wall(shipote, "--no-start", "daemon", "stop");
            running = false;
        }
    }

    /** As a daemon leaves them that has sampled all of them. */
    private void addHistory(int rows) throws IOException {
        stop();
        Path file = state.resolve("state.json");
        JsonNode tree = CardJson.parse(Files.readAllBytes(file));
        List<String> ids = new ArrayList<>();
        for (JsonNode workspace : tree.path("workspaces")) {
            ids.add(workspace.path("id").asText());
            ArrayNode samples = ((ObjectNode) workspace).putArray("stats_history");
            for (int i = 0; i < PERSISTED; i++) {
                ObjectNode sample = samples.addObject().put("commands_alive", 3).put("commands_total", 4);
                sample.put("rss_bytes", 123_456_789).put("rss_peak_bytes", 223_456_789).put("cpu_usec", 3_456_789);
                sample.put("cpu_percent", 12.5f).put("cpu_cores", 2).put("uptime_ms", 86_400_000 + i * 1_000);
            }
        }
        Files.write(file, CardText.prettyBytes(tree, 0));
        HistoryFill.write(state, ids, rows, System.currentTimeMillis());
        System.out.printf("snapshot: %.1f MiB%n", Files.size(file) / 1048576.0);
    }

    /** From the start of the program until the daemon is ready, and what it has in memory then. */
    private void measure(String what) throws Exception {
        List<Double> times = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        long heap = 0;
        for (int round = 0; round < rounds; round++) {
            stop();
            long begin = System.nanoTime();
            Figures.wall(shipote, "daemon", "start");
            running = true;
            try (Connection calls = Connection.open(socket)) {
                ObjectNode health = calls.call(Calls.I + "Health", Calls.object());
                while (!health.path("state").asText().equals("ready")) {
                    health = calls.call(Calls.I + "Health", Calls.object());
                }
                times.add((System.nanoTime() - begin) / 1e6);
                processor.add(Figures.nanos(health.path("pid").asLong(), "") / 1e6);
                memory.add(Bench.pss(health.path("pid").asLong()));
                heap = Bench.liveHeap(health.path("pid").asLong());
            }
        }
        Figures.print("daemon start until ready, " + what, times);
        Figures.print("  processor time of the daemon", processor);
        Figures.print("  PSS then, MiB", memory);
        System.out.printf("  live heap: %.1f MiB%n", heap / 1048576.0);
    }

    /** One snapshot write after one change, and what the daemon has in memory after all of them. */
    private void save() throws IOException {
        try (Connection calls = Connection.open(socket)) {
            List<Double> times = new ArrayList<>();
            for (int round = 0; round < Math.max(5, rounds); round++) {
                ObjectNode in = Calls.object();
                in.putObject("spec").put("label", "more" + round);
                calls.call(Calls.I + "CreateWorkspace", in);
                long begin = System.nanoTime();
                calls.call(Calls.I + "SaveSnapshot", Calls.object());
                times.add((System.nanoTime() - begin) / 1e6);
            }
            Figures.print("snapshot write of them", times);
            long pid = calls.call(Calls.I + "Health", Calls.object()).path("pid").asLong();
            System.out.printf("  PSS then: %.1f MiB%n", Bench.pss(pid));
        }
    }
}
