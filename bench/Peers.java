import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The same work for several supervisors, one after the other in one run: start so many sleeping commands, respawn one
 * that is killed, idle. Started by {@code bench/run peers}; a supervisor that is not installed is left out and named.
 * Times in milliseconds, seen from outside in /proc, so with the same error of a millisecond or so for all.
 */
public final class Peers {
    private static final Path PROC = Path.of("/proc");
    private static final int RESPAWNS = 15;
    private static final int IDLE_S = 20;
    private static final long PATIENCE_NS = 120_000_000_000L;

    private final Path scratch;
    private final String shipote;
    private long argument = 800_000_000L + ProcessHandle.current().pid() % 10_000 * 10_000;

    private Peers(Path scratch, String shipote) {
        this.scratch = scratch;
        this.shipote = shipote;
    }

    /** @param arguments the command to run, a scratch directory, and the numbers of commands */
    public static void main(String[] arguments) throws Exception {
        Peers peers = new Peers(Path.of(arguments[1]), arguments[0]);
        System.out.printf(
                "%-12s %9s %10s %22s %12s %16s %8s%n",
                "", "commands", "start ms", "respawn ms (q1 med q3)", "PSS MiB", "idle % of core", "threads");
        for (int i = 2; i < arguments.length; i++) {
            int count = Integer.parseInt(arguments[i]);
            for (String name : List.of("shipote", "s6", "runit", "supervisord", "pm2")) {
                peers.measure(name, count);
            }
        }
    }

    /** One supervisor with its commands: begins them all, and ends everything. */
    private interface Peer {
        /** Starts everything; the pid of the supervisor, whose descendants that do not sleep are its own too. */
        long begin() throws Exception;

        void end() throws Exception;
    }

    private void measure(String name, int count) throws Exception {
        if (!installed(name)) {
            System.out.printf("%-12s %9d not installed%n", name, count);
            return;
        }
        if (name.equals("pm2") && count > 100) {
            System.out.printf("%-12s %9d left out: minutes%n", name, count);
            return;
        }
        argument += 2_000;
        List<String> marks = IntStream.range(0, count)
                .mapToObj(i -> Long.toString(argument + i))
                .collect(Collectors.toList());
        Path directory = Files.createDirectories(scratch.resolve(name + count));
        Peer peer = peer(name, directory, marks);
        long begin = System.nanoTime();
        long pid = peer.begin();
        Set<String> wanted = new HashSet<>(marks);
        until(name + " starts them all", () -> sleeping(wanted).size() == count);
        double started = (System.nanoTime() - begin) / 1e6;
        List<Double> respawns = new ArrayList<>();
        for (int i = 0; i < RESPAWNS; i++) {
            respawns.add(respawn(marks.get(i % marks.size())));
        }
        List<Double> sorted = respawns.stream().sorted().toList();
        double cpu = idle(pid);
        System.out.printf(
                "%-12s %9d %10.0f %8.1f %6.1f %6.1f %12.1f %16.2f %8d%n",
                name,
                count,
                started,
                sorted.get(RESPAWNS / 4),
                sorted.get(RESPAWNS / 2),
                sorted.get(3 * RESPAWNS / 4),
                own(pid).stream().mapToDouble(Peers::pss).sum(),
                cpu,
                own(pid).stream().mapToLong(Peers::threads).sum());
        peer.end();
        until(name + " ends them all", () -> sleeping(wanted).isEmpty());
    }

    private static boolean installed(String name) {
        String program = Map.of("s6", "s6-svscan", "runit", "runsvdir").getOrDefault(name, name);
        return name.equals("shipote")
                || List.of(System.getenv("PATH").split(":")).stream()
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private Peer peer(String name, Path directory, List<String> marks) {
        switch (name) {
            case "s6":
                return scanned(directory, marks, "s6-svscan", "-t0", directory.toString());
            case "runit":
                return scanned(directory, marks, "runsvdir", directory.toString());
            case "supervisord":
                return supervisord(directory, marks);
            case "pm2":
                return pm2(directory, marks);
            default:
                return shipote(marks);
        }
    }

    private Peer shipote(List<String> marks) {
        Path socket = Locations.ofProcess().socket();
        return new Peer() {
            @Override
            public long begin() throws Exception {
                ObjectNode in = object();
                in.putObject("spec").put("label", "peers");
                long pid;
                try (Connection calls = Connection.open(socket)) {
                    pid = calls.call("io.shipote.Health", object()).path("pid").asLong();
                    calls.call("io.shipote.CreateWorkspace", in);
                }
                List<Thread> clients = new ArrayList<>();
                for (int c = 0; c < 4; c++) {
                    int first = c;
                    clients.add(new Thread(() -> run(socket, marks, first)));
                }
                clients.forEach(Thread::start);
                for (Thread client : clients) {
                    client.join();
                }
                return pid;
            }

            @Override
            public void end() {
                try (Connection calls = Connection.open(socket)) {
                    calls.call("io.shipote.DeleteWorkspace", object().put("target", "peers").put("grace_ms", 0));
                }
            }
        };
    }

    private static void run(Path socket, List<String> marks, int first) {
        try (Connection calls = Connection.open(socket)) {
            for (int i = first; i < marks.size(); i += 4) {
                ObjectNode run = object().put("workspace", "peers").put("name", "s" + i);
                ObjectNode spec = run.putObject("spec").put("label", "s" + i);
                ObjectNode program = spec.putObject("payload").putObject("Native").put("exec", "sleep");
                program.putArray("argv").add(marks.get(i));
                program.putArray("envp");
                run.putObject("restart").put("policy", "always").put("backoff_ms", 0);
                calls.call("io.shipote.Run", run);
            }
        }
    }

    private Peer scanned(Path directory, List<String> marks, String... supervisor) {
        return new Peer() {
            private Process process;

            @Override
            public long begin() throws IOException {
                for (String mark : marks) {
                    Path run = Files.createDirectories(directory.resolve(mark)).resolve("run");
                    Files.writeString(run, "#!/bin/sh\nexec sleep " + mark + "\n");
                    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
                process = quiet(supervisor);
                return process.pid();
            }

            @Override
            public void end() throws Exception {
                if (supervisor[0].equals("runsvdir")) {
                    // SIGHUP tells it to take its services down.
                    wait(quiet("kill", "-HUP", Long.toString(process.pid())));
                } else {
                    wait(quiet("s6-svscanctl", "-t", directory.toString()));
                }
                process.waitFor();
            }

            private void wait(Process other) throws InterruptedException {
                other.waitFor();
            }
        };
    }

    private Peer supervisord(Path directory, List<String> marks) {
        Path file = directory.resolve("supervisord.conf");
        return new Peer() {
            private Process process;

            @Override
            public long begin() throws IOException {
                StringBuilder text = new StringBuilder("[supervisord]\nnodaemon=true\nminfds=8192\nlogfile=/dev/null\n")
                        .append("logfile_maxbytes=0\npidfile=" + directory.resolve("pid") + "\n");
                for (String mark : marks) {
                    text.append("[program:s" + mark + "]\ncommand=sleep " + mark + "\nstartsecs=0\nautorestart=true\n")
                            .append("stdout_logfile=" + directory.resolve(mark) + "\nredirect_stderr=true\n");
                }
                Files.writeString(file, text);
                process = quiet("supervisord", "-c", file.toString());
                return process.pid();
            }

            @Override
            public void end() throws InterruptedException {
                process.destroy();
                process.waitFor();
            }
        };
    }

    private Peer pm2(Path directory, List<String> marks) {
        return new Peer() {
            @Override
            public long begin() throws Exception {
                String apps = marks.stream()
                        .map(mark -> "{\"name\":\"s" + mark + "\",\"script\":\"/bin/sleep\",\"args\":\"" + mark
                                + "\",\"interpreter\":\"none\"}")
                        .collect(Collectors.joining(",", "{\"apps\":[", "]}"));
                Path file = Files.writeString(directory.resolve("apps.json"), apps);
                if (call("start", file.toString()).waitFor() != 0) {
                    throw new IOException("pm2 start failed");
                }
                return Long.parseLong(Files.readString(directory.resolve("pm2.pid")).trim());
            }

            @Override
            public void end() throws Exception {
                call("kill").waitFor();
            }

            private Process call(String... words) throws IOException {
                List<String> line = new ArrayList<>(List.of("pm2"));
                line.addAll(List.of(words));
                ProcessBuilder builder = new ProcessBuilder(line)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
                builder.environment().put("PM2_HOME", directory.toString());
                return builder.start();
            }
        };
    }

    private static Process quiet(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Kills the process of that mark; the time until another one has it. */
    private static double respawn(String mark) {
        Map<String, Long> before = sleeping(Set.of(mark));
        long pid = before.get(mark);
        // Most supervisors hold back what has not been up for a second.
        until("a second", elapsed(1_100_000_000L));
        long begin = System.nanoTime();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        until("the successor", () -> newest(mark, pid));
        return (System.nanoTime() - begin) / 1e6;
    }

    private static BooleanSupplier elapsed(long nanos) {
        long begin = System.nanoTime();
        return () -> System.nanoTime() - begin > nanos;
    }

    private static boolean newest(String mark, long after) {
        return pids().stream().filter(pid -> pid > after).anyMatch(pid -> mark.equals(mark(pid)));
    }

    private static void until(String what, BooleanSupplier done) {
        long begin = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE_NS) {
                throw new IllegalStateException("in vain: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(300_000);
        }
    }

    private static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            all.forEach(path -> pids.add(Long.parseLong(path.getFileName().toString())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return pids;
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(PROC.resolve(pid + "/" + file));
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    /** The argument of a sleeping process; empty for any other. */
    private static String mark(long pid) {
        String[] words = read(pid, "cmdline").split("\0");
        return words.length == 2 && words[0].endsWith("sleep") ? words[1] : "";
    }

    private static Map<String, Long> sleeping(Set<String> marks) {
        Map<String, Long> found = new HashMap<>();
        for (long pid : pids()) {
            String mark = mark(pid);
            if (marks.contains(mark)) {
                found.put(mark, pid);
            }
        }
        return found;
    }

    /** The supervisor and those of its descendants that do not sleep. */
    private static List<Long> own(long root) {
        List<Long> own = new ArrayList<>(List.of(root));
        ProcessHandle.of(root).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .filter(pid -> mark(pid).isEmpty())
                .forEach(own::add);
        return own;
    }

    /** Percent of one processor over {@link #IDLE_S}. */
    private static double idle(long root) {
        List<Long> own = own(root);
        long before = own.stream().mapToLong(Peers::cpuNanos).sum();
        until("idle", elapsed(IDLE_S * 1_000_000_000L));
        return (own.stream().mapToLong(Peers::cpuNanos).sum() - before) / (IDLE_S * 1e7);
    }

    private static long cpuNanos(long pid) {
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            for (Path task : tasks) {
                sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
            }
        } catch (IOException e) {
            return sum;
        }
        return sum;
    }

    private static double pss(long pid) {
        return read(pid, "smaps_rollup")
                .lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                .sum();
    }

    private static long threads(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
