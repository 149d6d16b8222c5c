package io.shipote.core.linux;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Texts as C has them: UTF-8, closed by a zero byte. A text with a zero byte inside is refused. */
final class CString {
    private static final int POINTER = 8;

    private CString() {}

    static byte[] of(Path path) {
        return of(path.toString());
    }

    static byte[] of(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte inside: " + text.replace('\0', '?'));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** One block that holds a null-terminated table of pointers, then the texts it points to. */
    static Memory table(List<String> texts) {
        return tableOf(texts.stream().map(CString::of).toList());
    }

    /** The same of texts that are bytes already, each closed by a zero byte. */
    static Memory tableOf(List<byte[]> all) {
        long head = (all.size() + 1L) * POINTER;
        Memory block =
                new Memory(head + all.stream().mapToLong(bytes -> bytes.length).sum());
        long at = head;
        for (int i = 0; i < all.size(); i++) {
            byte[] bytes = all.get(i);
            block.setPointer((long) i * POINTER, block.share(at));
            block.write(at, bytes, 0, bytes.length);
            at += bytes.length;
        }
        block.setPointer((long) all.size() * POINTER, null);
        return block;
    }
}
