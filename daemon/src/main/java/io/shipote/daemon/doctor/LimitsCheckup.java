package io.shipote.daemon.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's bounds that a daemon with many commands meets; see {@code proc_pid_limits(5)} and {@code inotify(7)}. */
public final class LimitsCheckup implements Checkup {
    private static final long FEW_DESCRIPTORS = 4_096;
    private static final long TOO_FEW_DESCRIPTORS = 256;
    private static final long FEW_PROCESSES = 1_024;
    private static final long FEW_INSTANCES = 16;
    private static final long FEW_WATCHES = 1_024;
    private static final long FEW_PIDS = 8_192;
    private static final int MAX_NUMBER = 32;

    private final Path proc;

    /** @param proc where {@code /proc} is seen */
    public LimitsCheckup(Path proc) {
        this.proc = proc;
    }

    @Override
    public String name() {
        return "limits";
    }

    @Override
    public List<Finding> look(boolean fix) throws IOException {
        List<Finding> found = new ArrayList<>();
        long files = limit("Max open files");
        found.add(
                files < TOO_FEW_DESCRIPTORS
                        ? Finding.problem(name(), text(files) + " open files", raise("LimitNOFILE=", "-n"))
                        : least(files, FEW_DESCRIPTORS, "open files", raise("LimitNOFILE=", "-n")));
        found.add(least(limit("Max processes"), FEW_PROCESSES, "processes", raise("LimitNPROC=", "-u")));
        kernel("fs/inotify/max_user_instances", FEW_INSTANCES, "inotify instances", found);
        kernel("fs/inotify/max_user_watches", FEW_WATCHES, "inotify watches", found);
        kernel("kernel/pid_max", FEW_PIDS, "process numbers", found);
        return found;
    }

    private static String raise(String unit, String letter) {
        return "raise it: " + unit + " of its unit, or ulimit " + letter;
    }

    private Finding least(long value, long few, String what, String advice) {
        return value < few
                ? Finding.warning(name(), text(value) + " " + what + " are few", advice)
                : Finding.ok(name(), text(value) + " " + what);
    }

    private static String text(long value) {
        return value == Long.MAX_VALUE ? "unlimited" : Long.toString(value);
    }

    private void kernel(String setting, long few, String what, List<Finding> found) throws IOException {
        try (InputStream file = Files.newInputStream(proc.resolve("sys").resolve(setting))) {
            // The kernel tells a number to the first read alone: it has to be large enough.
            byte[] text = new byte[MAX_NUMBER];
            int length = Math.max(0, file.read(text));
            long value = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).trim());
            found.add(least(value, few, what, "raise it: sysctl " + setting.replace('/', '.') + "=" + 8 * few));
        } catch (NoSuchFileException notInThisKernel) {
            found.add(Finding.ok(name(), "no bound of " + what));
        }
    }

    /** The soft limit. */
    private long limit(String label) throws IOException {
        return Files.readAllLines(proc.resolve("self/limits")).stream()
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).trim().split(" +")[0])
                .mapToLong(value -> value.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(value))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
