package io.shipote.core.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file without a name, in memory, that is gone with its last descriptor; see {@code memfd_create(2)}. Nothing of it ever
 * reaches a disk.
 */
public final class MemoryFile {
    private MemoryFile() {}

    /**
     * A file with this content.
     *
     * @param name shown in {@code /proc}, up to 249 bytes
     * @throws ErrnoException ENOMEM, EMFILE, ENFILE
     */
    public static Fd of(String name, byte[] content) throws ErrnoException {
        int number = LibC.memfd_create((name + '\0').getBytes(StandardCharsets.UTF_8), LibC.MFD_CLOEXEC);
        if (number < 0) {
            throw new ErrnoException("memfd_create", name, LibC.errno());
        }
        Fd file = Fd.owned(number);
        try {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                file.write(left);
            }
            return file;
        } catch (ErrnoException e) {
            file.close();
            throw e;
        }
    }

    /** All that is in it, from its beginning. */
    public static byte[] content(Fd file) throws IOException {
        // Opened anew, it is read from its beginning.
        return Files.readAllBytes(Path.of("/proc/self/fd/" + file.number()));
    }
}
