package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecTest {
    @TempDir
    Path temp;

    private Path program(String name) throws IOException {
        Files.createDirectories(temp.resolve(name).getParent());
        Path file = Files.writeString(temp.resolve(name), "");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    @Test
    void firstOfThePathThatCanBeExecuted() throws IOException {
        Files.createDirectories(temp.resolve("a/prog"));
        Path second = program("b/prog");
        program("c/prog");
        assertEquals(second, Exec.resolve("prog", temp + "/none:" + temp + "/a:b:c", temp));
    }

    @Test
    void slashMeansRelativeToTheDirectory() throws IOException {
        Path file = program("b/prog");
        assertEquals(file, Exec.resolve("b/prog", "", temp));
        assertEquals(file, Exec.resolve(file.toString(), "", temp));
    }

    @Test
    void failuresAreToldApart() throws IOException {
        Files.writeString(temp.resolve("plain"), "");
        assertEquals(Errno.ENOENT, failure("none", temp).errno());
        assertEquals(Errno.EACCES, failure("plain", temp).errno());
        assertEquals("chdir", failure("plain", temp.resolve("none")).call());
        assertEquals(Errno.ENOTDIR, failure("plain", temp.resolve("plain")).errno());
        assertEquals("exec", failure("./none", temp).call());
    }

    private ErrnoException failure(String exec, Path directory) {
        return assertThrows(ErrnoException.class, () -> Exec.resolve(exec, temp.toString(), directory));
    }
}
