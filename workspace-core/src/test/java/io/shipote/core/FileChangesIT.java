package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files and a real inotify; its events come when the test says so. */
class FileChangesIT {
    @TempDir
    Path directory;

    private final ManualLoop loop = new ManualLoop();
    private final FileChanges changes = FileChanges.open(loop);
    private final List<String> told = new ArrayList<>();
    private Path one;
    private Path two;

    @BeforeEach
    void files() throws IOException {
        one = Files.createFile(directory.resolve("one"));
        two = Files.createFile(directory.resolve("two"));
    }

    @AfterEach
    void close() {
        changes.close();
    }

    private Runnable watch(Path file, String name) {
        return changes.watch(file, () -> told.add(name)).orElseThrow();
    }

    private void append(Path file) throws IOException {
        Files.writeString(file, "x", StandardOpenOption.APPEND);
    }

    private List<String> events() {
        loop.watches().forEach(ManualLoop.FakeWatch::fire);
        List<String> since = List.copyOf(told);
        told.clear();
        return since;
    }

    @Test
    void onceItIsClosedNothingIsWatchedAndNothingNeedsToBeTakenBack() {
        Runnable end = watch(one, "one");
        changes.close();
        end.run();
        assertEquals(Optional.empty(), changes.watch(two, () -> {}));
    }

    private void afterThePause() {
        loop.advance(FileChanges.PAUSE);
    }

    @Test
    void eachWatcherIsToldOfItsOwnFile() throws IOException {
        watch(one, "a");
        watch(one, "b");
        watch(two, "c");
        append(one);
        assertEquals(List.of("a", "b"), events());
        afterThePause();
        append(two);
        assertEquals(List.of("c"), events());
    }

    @Test
    void aFileThatIsEmptiedHasChanged() throws IOException {
        append(one);
        watch(one, "a");
        try (FileChannel channel = FileChannel.open(one, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        assertEquals(List.of("a"), events());
    }

    @Test
    void changesThatFollowEachOtherAreToldOnceAndNoneIsForgotten() throws IOException {
        watch(one, "a");
        append(one);
        assertEquals(List.of("a"), events());
        append(one);
        assertEquals(List.of(), events());
        append(one);
        assertEquals(List.of(), events());
        afterThePause();
        assertEquals(List.of("a"), List.copyOf(told));
    }

    @Test
    void nobodyIsToldAfterTheEndOfTheWatch() throws IOException {
        Runnable end = watch(one, "a");
        watch(one, "b");
        end.run();
        end.run();
        append(one);
        assertEquals(List.of("b"), events());
    }

    @Test
    void aFileThatIsDeletedTakesItsWatchAlong() throws IOException {
        Runnable end = watch(one, "a");
        Files.delete(one);
        events();
        end.run();
        assertEquals(Optional.empty(), changes.watch(one, () -> {}));
    }

    @Test
    void thereAreNoMoreThanSoManyAndAnEndMakesRoom() throws IOException {
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < FileChanges.MAX_FILES; i++) {
            ends.add(watch(Files.createFile(directory.resolve("f" + i)), "f"));
        }
        assertEquals(Optional.empty(), changes.watch(one, () -> {}));
        ends.get(0).run();
        assertTrue(changes.watch(one, () -> {}).isPresent());
    }

    @Test
    void withoutTheKernelsHelpNothingIsWatched() {
        assertEquals(Optional.empty(), FileChanges.none(loop).watch(one, () -> {}));
    }
}
