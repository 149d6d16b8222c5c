package io.shipote.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The kept-open files that tell what one group uses, whichever hierarchies it is in. */
final class UsageFiles implements AutoCloseable {
    private static final long NANOS_PER_MICRO = 1000;

    /** One number: where it comes from and how it is read out of the text. */
    private record Source(KeptFile file, ToLongFunction<String> number) {
        OptionalLong read() throws IOException {
            Optional<String> text = file.read();
            return text.isPresent() ? OptionalLong.of(number.applyAsLong(text.get())) : OptionalLong.empty();
        }
    }

    private final Optional<Source> memory;
    private final Optional<Source> peak;
    private final Optional<Source> cpu;
    private final Optional<Source> pids;
    private final Optional<Source> oom;

    private UsageFiles(Function<String, Optional<KeptFile>> find) {
        memory = first(find, UsageFiles::plain, "memory.current", "memory.usage_in_bytes");
        peak = first(find, UsageFiles::plain, "memory.peak", "memory.max_usage_in_bytes");
        Optional<Source> stat = first(find, text -> field(text, "usage_usec"), "cpu.stat");
        cpu = stat.isPresent() ? stat : first(find, text -> plain(text) / NANOS_PER_MICRO, "cpuacct.usage");
        Optional<Source> counted = first(find, UsageFiles::plain, "pids.current");
        pids = counted.isPresent() ? counted : first(find, text -> text.lines().count(), GroupDir.PROCS);
        oom = first(find, text -> field(text, "oom_kill"), "memory.events", "memory.oom_control");
    }

    /** Which files are there is looked up now; {@code groups} are the directories of the group. */
    static UsageFiles of(List<Path> groups) {
        return new UsageFiles(name -> groups.stream()
                .map(group -> group.resolve(name))
                .filter(file -> Files.exists(file) && !foreignCpuStat(file))
                .findFirst()
                .map(KeptFile::new));
    }

    /** The v1 cpu controller has a file of the same name that counts something else. */
    private static boolean foreignCpuStat(Path file) {
        return file.endsWith("cpu.stat") && Files.exists(file.resolveSibling("cpu.shares"));
    }

    private static Optional<Source> first(
            Function<String, Optional<KeptFile>> find, ToLongFunction<String> number, String... names) {
        return List.of(names).stream()
                .map(find)
                .flatMap(Optional::stream)
                .findFirst()
                .map(file -> new Source(file, number));
    }

    static long plain(String text) {
        return Long.parseLong(text.trim());
    }

    /** The number behind {@code name} in a file of "name number" lines; 0 when there is no such line. */
    static long field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> plain(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    GroupUsage read() throws IOException {
        return new GroupUsage(
                read(memory), read(peak), read(cpu), read(pids), read(oom).orElse(0));
    }

    private static OptionalLong read(Optional<Source> source) throws IOException {
        return source.isPresent() ? source.get().read() : OptionalLong.empty();
    }

    @Override
    public void close() {
        for (Optional<Source> source : List.of(memory, peak, cpu, pids, oom)) {
            source.ifPresent(open -> {
                try {
                    open.file().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
