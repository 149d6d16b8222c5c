package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a {@code /proc} of files. */
class ProcScanIT {
    private static final int PID = 1234;
    private static final long TICKS = 77;

    @TempDir
    Path proc;

    private final KeptFiles files = new KeptFiles(KeptFiles.MAX_OPEN);
    private final Usage usage = new Usage();
    private LinuxMeters meters;
    private Meter meter;

    @BeforeEach
    void open() {
        meters = new LinuxMeters(files, proc);
        ProcessIdentity leader = new ProcessIdentity("boot", PID, TICKS);
        meter = meters.open(new UsageSource.Tree("run", Optional.empty(), Optional.of(leader)));
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void look(String state, long bytes, long pages) throws IOException {
        Files.createDirectories(proc.resolve(Integer.toString(PID)));
        String fields = " 1 %d %d 0 -1 0 0 0 0 0 5 6 0 0 20 0 1 0 %d %d %d".formatted(PID, PID, TICKS, bytes, pages);
        Files.writeString(proc.resolve(PID + "/stat"), PID + " (sh (x) )" + " " + state + fields);
        meters.begin();
        meter.read(usage, true);
    }

    /** The kernel counts what is resident by the way: it may say 0 of one that has just begun. */
    @Test
    void oneOfWhichNothingIsResidentIsThereAndStays() throws IOException {
        look("S", 4_096_000, 0);
        assertEquals(1, usage.get(Figure.PIDS));
        assertEquals(0, usage.get(Figure.MEMORY));
        look("S", 4_096_000, 3);
        assertEquals(1, usage.get(Figure.PIDS));
        assertEquals(3L * LibC.getpagesize(), usage.get(Figure.MEMORY));
    }

    @Test
    void aZombieIsNotThere() throws IOException {
        look("S", 4_096_000, 3);
        look("Z", 0, 0);
        assertEquals(0, usage.get(Figure.PIDS));
        assertEquals(110_000, usage.get(Figure.CPU_USEC));
    }
}
