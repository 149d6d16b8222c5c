import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** How the figures are taken and printed. */
final class Figures {
    private Figures() {}

    /** Nanoseconds from the start of a program to its end, which has to be a good one. */
    static long wall(String... command) {
        long begin = System.nanoTime();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(Arrays.toString(command) + " failed");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return System.nanoTime() - begin;
    }

    /** Processor time of a process's threads of this name, or of all: the first number of schedstat, see proc(5). */
    static long nanos(long pid, String name) throws IOException {
        long sum = 0;
        try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                if (name.isEmpty() || Files.readString(task.resolve("comm")).startsWith(name)) {
                    sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
                }
            }
        }
        return sum;
    }

    /** So many alternating pairs, after one of each that does not count. Both give nanoseconds. */
    static void compare(int pairs, String a, LongSupplier first, String b, LongSupplier second) {
        List<Double> as = new ArrayList<>();
        List<Double> bs = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        first.getAsLong();
        second.getAsLong();
        for (int i = 0; i < pairs; i++) {
            as.add(first.getAsLong() / 1e6);
            bs.add(second.getAsLong() / 1e6);
            ratios.add(as.get(i) / bs.get(i));
        }
        print(a, as);
        print(b, bs);
        print("  ratio of pairs, first / second", ratios);
    }

    static void print(String what, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        System.out.printf(
                "%-50s n=%d  min %.3f  q1 %.3f  median %.3f  q3 %.3f  max %.3f%n",
                what, n, sorted.get(0), sorted.get(n / 4), median(values), sorted.get(3 * n / 4), sorted.get(n - 1));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }
}
