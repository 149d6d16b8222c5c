import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Bytes through pipelines of ours and of a shell; started by {@code bench/run flow}. Times in milliseconds. */
public final class Flow {
    private static final String SOURCE = "head -c 4G /dev/zero";
    private static final double GIB = 4;
    private static final String SINK = "exec cat >/dev/null";

    private final String shipote;
    private final int pairs;
    private final Path scratch;
    private final Path socket = Locations.ofProcess().socket();

    private Flow(String shipote, int pairs, Path scratch) {
        this.shipote = shipote;
        this.pairs = pairs;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws Exception {
        Flow flow = new Flow(arguments[0], Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        flow.direct();
        flow.tapped();
        flow.fanOut();
        flow.firstByte();
    }

    private void direct() throws IOException {
        String[] sh = {"sh", "-c", SOURCE + " | cat | wc -c"};
        String[] three = {shipote, "pipeline", "run", "--stage", SOURCE, "--stage", "cat", "--stage", "wc -c", "--wait"};
        against("4 GiB | cat | wc -c", sh, "direct edges", three);
        against("4 GiB | cat >/dev/null", shell(), "a direct edge", ours());
    }

    private void tapped() throws IOException {
        against("4 GiB | cat >/dev/null", shell(), "a tapped edge", ours("--tap"));
        // What a shell that counted the bytes itself would need.
        Figures.compare(
                Math.max(3, pairs / 3),
                "processor time of a cat in between, for 4 GiB",
                this::catCpu,
                "of the daemon, for a tapped edge",
                () -> daemonCpu(ours("--tap")));
    }

    private void fanOut() throws IOException {
        ObjectNode card = Calls.object().put("label", "fan");
        ArrayNode nodes = card.putArray("nodes");
        ArrayNode edges = card.putArray("edges");
        nodes.add(Calls.command("head", "head", "-c", "4G", "/dev/zero"));
        for (int to = 1; to <= 3; to++) {
            nodes.add(Calls.command("cat" + to, "sh", "-c", SINK));
            edges.addObject().put("from", 0).put("from_output", "stdout").put("to", to).put("to_input", "stdin");
        }
        Path file = Files.writeString(scratch.resolve("fan.json"), card.toString());
        String[] tee = {"bash", "-c", SOURCE + " | tee >(cat >/dev/null) >(cat >/dev/null) | cat >/dev/null"};
        String[] fan = {shipote, "pipeline", "run", file.toString(), "--wait"};
        against("4 GiB | tee to three", tee, "fan-out to three", fan);
    }

    private String[] shell() {
        return new String[] {"sh", "-c", SOURCE + " | cat >/dev/null"};
    }

    private String[] ours(String... options) {
        List<String> all = new ArrayList<>(List.of(
                shipote, "pipeline", "run", "--stage", SOURCE, "--stage", "sh -c '" + SINK + "'", "--wait"));
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }

    /** The ratio is the speed of ours, the command line included, against the shell's. */
    private void against(String a, String[] sh, String b, String[] fast) throws IOException {
        long pid = daemon();
        Figures.compare(pairs, "sh: " + a, () -> Figures.wall(sh), "shipote: " + b, () -> Figures.wall(fast));
        long before = Figures.nanos(pid, "");
        Figures.wall(fast);
        System.out.printf("  processor time of the daemon: %.3f s per GiB%n", (Figures.nanos(pid, "") - before) / 1e9 / GIB);
    }

    private long daemonCpu(String... command) {
        try {
            long pid = daemon();
            long before = Figures.nanos(pid, "");
            Figures.wall(command);
            return Figures.nanos(pid, "") - before;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As cat's shell tells it of its children, see times in sh(1): minutes and seconds, user and system. */
    private long catCpu() {
        try {
            Process process = new ProcessBuilder("sh", "-c", SOURCE + " | sh -c 'cat; times >&2' >/dev/null").start();
            List<String> lines = process.errorReader().lines().toList();
            double seconds = 0;
            for (String part : lines.get(lines.size() - 1).trim().split(" ")) {
                String[] time = part.replace("s", "").split("m");
                seconds += 60 * Double.parseDouble(time[0]) + Double.parseDouble(time[1]);
            }
            return (long) (seconds * 1e9);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From asking for five stages until the first byte is out of the last. */
    private void firstByte() throws Exception {
        Path fifo = scratch.resolve("fifo");
        String last = "exec cat >" + fifo;
        String[] sh = {"sh", "-c", "printf x | cat | cat | cat | cat >" + fifo};
        String[] cli = {
            shipote, "pipeline", "run", "--stage", "printf x", "--stage", "cat", "--stage", "cat", "--stage", "cat",
            "--stage", "sh -c '" + last + "'", "--wait"
        };
        ObjectNode card = Calls.object().put("label", "five");
        ArrayNode nodes = card.putArray("nodes");
        nodes.add(Calls.command("s0", "printf", "x"));
        for (int i = 1; i < 4; i++) {
            nodes.add(Calls.command("s" + i, "cat"));
        }
        nodes.add(Calls.command("s4", "sh", "-c", last));
        ArrayNode edges = card.putArray("edges");
        for (int i = 0; i < 4; i++) {
            edges.addObject().put("from", i).put("from_output", "stdout").put("to", i + 1).put("to_input", "stdin");
        }
        ObjectNode run = Calls.object().put("workspace", "default");
        run.set("spec", card);
        try (Connection calls = Connection.open(socket)) {
            Figures.compare(
                    pairs,
                    "first byte of five stages: sh",
                    () -> first(fifo, () -> Figures.wall(sh)),
                    "shipote, from a program",
                    () -> first(fifo, () -> calls.call(Calls.I + "RunPipeline", run)));
            Figures.compare(
                    pairs,
                    "first byte of five stages: sh",
                    () -> first(fifo, () -> Figures.wall(sh)),
                    "shipote, from the command line",
                    () -> first(fifo, () -> Figures.wall(cli)));
        }
    }

    private static long first(Path fifo, Runnable start) {
        // A new one each time: who wrote into the last may not have gone yet.
        Figures.wall("rm", "-f", fifo.toString());
        Figures.wall("mkfifo", fifo.toString());
        CompletableFuture<Long> seen = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try (FileInputStream in = new FileInputStream(fifo.toFile())) {
                in.read();
                seen.complete(System.nanoTime());
            } catch (IOException e) {
                seen.completeExceptionally(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        long begin = System.nanoTime();
        start.run();
        return seen.join() - begin;
    }

    private long daemon() throws IOException {
        try (Connection calls = Connection.open(socket)) {
            return calls.call(Calls.I + "Health", Calls.object()).path("pid").asLong();
        }
    }
}
