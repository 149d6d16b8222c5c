package io.shipote.core.store;

import java.util.zip.CRC32C;

/**
 * Recognises a snapshot file, or that there is none: a journal is valid for the snapshots it names by their marks and
 * for no other.
 *
 * @param length in bytes; -1 for no file
 * @param crc the CRC32C of the whole file; 0 for no file
 */
record Mark(long length, int crc) {
    static final Mark NO_FILE = new Mark(-1, 0);

    static Mark of(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file);
        return new Mark(file.length, (int) crc.getValue());
    }
}
