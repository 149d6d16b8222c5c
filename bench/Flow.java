import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Bytes through pipelines of ours and of a shell; started by {@code bench/run flow}. Times in milliseconds. Ours are
 * started by a program, over a connection that is open, unless it says "command line": a virtual machine that starts to
 * say what is wanted takes as long for a byte as for all of them.
 */
public final class Flow {
    private static final String GIB = System.getenv().getOrDefault("GIB", "4");
    private static final String SOURCE = "head -c " + GIB + "G /dev/zero";
    private static final String VOLUME = GIB + " GiB";
    private static final String SINK = "exec cat >/dev/null";
    private static final ObjectNode PLAIN = Calls.object();
    private static final long MIB = 1 << 20;

    private final String shipote;
    private final int pairs;
    private final Path scratch;
    private final Connection calls;
    private final long daemon;

    private Flow(String shipote, int pairs, Path scratch, Connection calls) {
        this.shipote = shipote;
        this.pairs = pairs;
        this.scratch = scratch;
        this.calls = calls;
        this.daemon = calls.call(Calls.I + "Health", Calls.object()).path("pid").asLong();
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection calls = Connection.open(Locations.ofProcess().socket())) {
            ObjectNode workspace = Calls.object();
            workspace.putObject("spec").put("label", "flow");
            calls.call(Calls.I + "CreateWorkspace", workspace);
            Flow flow = new Flow(arguments[0], Integer.parseInt(arguments[1]), Path.of(arguments[2]), calls);
            flow.direct();
            flow.tapped();
            flow.fanOut();
            flow.firstByte();
        }
    }

    private void direct() throws IOException {
        against(VOLUME + " | cat >/dev/null", shell(), "a direct edge", chain("direct", PLAIN, head(), sink("cat")));
        against(
                VOLUME + " | cat | cat >/dev/null",
                new String[] {"sh", "-c", SOURCE + " | cat | cat >/dev/null"},
                "two direct edges",
                chain("three", PLAIN, head(), Calls.command("cat", "cat"), sink("last")));
        String[] line = {
            shipote, "pipeline", "run", "--stage", SOURCE, "--stage", "sh -c '" + SINK + "'", "--wait"
        };
        Figures.compare(
                pairs,
                "sh: " + VOLUME + " | cat >/dev/null",
                () -> Figures.wall(shell()),
                "shipote: a direct edge, from the command line",
                () -> Figures.wall(line));
    }

    private void tapped() throws IOException {
        ObjectNode tapped = chain("tapped", PLAIN.deepCopy().put("tap", true), head(), sink("cat"));
        against(VOLUME + " | cat >/dev/null", shell(), "a tapped edge", tapped);
        ObjectNode large = chain("large", PLAIN.deepCopy().put("tap", true).put("pipe_bytes", MIB), head(), sink("cat"));
        against(VOLUME + " | cat >/dev/null", shell(), "a tapped edge with pipes of 1 MiB", large);
        // What a shell that counted the bytes itself would need.
        Figures.compare(
                Math.max(3, pairs / 3),
                "processor time of a cat in between, for " + VOLUME,
                this::catCpu,
                "of the daemon, for a tapped edge",
                () -> daemonCpu(tapped));
    }

    private void fanOut() throws IOException {
        ObjectNode card = Calls.object().put("label", "fan");
        ArrayNode nodes = card.putArray("nodes").add(head());
        ArrayNode edges = card.putArray("edges");
        for (int to = 1; to <= 3; to++) {
            nodes.add(sink("cat" + to));
            edges.addObject().put("from", 0).put("from_output", "stdout").put("to", to).put("to_input", "stdin");
        }
        String[] tee = {"bash", "-c", SOURCE + " | tee >(cat >/dev/null) >(cat >/dev/null) | cat >/dev/null"};
        against(VOLUME + " | tee to three", tee, "fan-out to three", card);
    }

    private static String[] shell() {
        return new String[] {"sh", "-c", SOURCE + " | cat >/dev/null"};
    }

    private static ObjectNode head() {
        return Calls.command("head", "head", "-c", GIB + "G", "/dev/zero");
    }

    private static ObjectNode sink(String label) {
        return Calls.command(label, "sh", "-c", SINK);
    }

    /** @param own what each edge has of its own, if anything */
    private static ObjectNode chain(String label, ObjectNode own, ObjectNode... stages) {
        ObjectNode card = Calls.object().put("label", label);
        List.of(stages).forEach(card.putArray("nodes")::add);
        ArrayNode edges = card.putArray("edges");
        for (int i = 0; i + 1 < stages.length; i++) {
            ObjectNode edge = edges.addObject();
            edge.put("from", i).put("from_output", "stdout").put("to", i + 1).put("to_input", "stdin");
            if (!own.isEmpty()) {
                edge.set("shipote", own.deepCopy());
            }
        }
        return card;
    }

    /** From asking for the pipeline until its end is known, which has to be a good one. */
    private long run(ObjectNode card) {
        ObjectNode run = Calls.object().put("workspace", "flow");
        run.set("spec", card);
        long begin = System.nanoTime();
        String id = calls.call(Calls.I + "RunPipeline", run).path("id").asText();
        if (calls.call(Calls.I + "Wait", Calls.object().put("target", id)).path("status").asInt() != 0) {
            throw new IllegalStateException(card + " failed");
        }
        return System.nanoTime() - begin;
    }

    /** The ratio is the speed of ours against the shell's. */
    private void against(String a, String[] sh, String b, ObjectNode card) throws IOException {
        Figures.compare(pairs, "sh: " + a, () -> Figures.wall(sh), "shipote: " + b, () -> run(card));
        System.out.printf(
                "  processor time of the daemon: %.3f s per GiB%n", daemonCpu(card) / 1e9 / Double.parseDouble(GIB));
    }

    private long daemonCpu(ObjectNode card) {
        try {
            long before = Figures.nanos(daemon, "");
            run(card);
            return Figures.nanos(daemon, "") - before;
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
        ObjectNode run = Calls.object().put("workspace", "flow");
        run.set(
                "spec",
                chain(
                        "five",
                        PLAIN,
                        Calls.command("s0", "printf", "x"),
                        Calls.command("s1", "cat"),
                        Calls.command("s2", "cat"),
                        Calls.command("s3", "cat"),
                        Calls.command("s4", "sh", "-c", last)));
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
}
