package io.shipote.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file of one run's record. A change is appended as one more whole document, and the last whole one counts: to
 * replace the file for each of the two or three changes in the life of a run costs a new inode each time, and several
 * file systems write at once what takes the place of an older file (auto_da_alloc in ext4(5)).
 *
 * <p>A document begins on a line of its own, and no line within one begins with a brace. So one that was cut short is
 * passed over, by readers and by what is appended later.
 */
final class RunRecordFile {
    /** From here on the file is replaced by its last document. */
    static final long MAX_BYTES = 64L << 10;

    private static final byte[] BEGIN = "\n{".getBytes(StandardCharsets.US_ASCII);

    private final StoreFiles files;
    private final AtomicFiles atomic;

    RunRecordFile(StoreFiles files) {
        this.files = files;
        this.atomic = new AtomicFiles(files);
    }

    /** Makes the file with this document alone. */
    void replace(Path path, byte[] document) throws IOException {
        atomic.replaceUnsynced(path, document);
    }

    /** After an error the last document is still that before, or this one. */
    void append(Path path, byte[] document) throws IOException {
        try (StoreFiles.OpenFile file = files.open(path)) {
            long size = file.size();
            if (size + 1 + document.length <= MAX_BYTES) {
                ByteBuffer bytes = ByteBuffer.allocate(document.length + 1);
                bytes.put((byte) '\n').put(document).flip();
                file.write(bytes, size);
                return;
            }
        } catch (NoSuchFileException e) {
            // It was deleted from outside; the process that it is about is still there.
        }
        replace(path, document);
    }

    /** @throws IOException saying what is wrong with the last document, if none is whole */
    static RunRecord last(byte[] text) throws IOException {
        IOException wrong = null;
        int end = text.length;
        do {
            int begin = beginBefore(text, end);
            try {
                return RunRecordText.decode(Arrays.copyOfRange(text, begin, end));
            } catch (IOException e) {
                wrong = wrong == null ? e : wrong;
            }
            end = begin;
        } while (end > 0);
        throw wrong;
    }

    /** Where the last document before {@code end} begins; 0 if none does later. */
    private static int beginBefore(byte[] text, int end) {
        for (int at = end - BEGIN.length; at > 0; at--) {
            if (text[at] == BEGIN[0] && text[at + 1] == BEGIN[1]) {
                return at;
            }
        }
        return 0;
    }
}
