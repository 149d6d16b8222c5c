package io.shipote.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a history file: a head (eight bytes of name, version, numbers in a row), then chunks, each with its
 * length, its CRC32C and rows; a row is its tier and its numbers, big-endian. Chunks are appended; a cut or damaged one
 * ends the file for a reader.
 */
final class HistoryFormat {
    private static final byte[] NAME = "shipstat".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    static final int HEAD_BYTES = NAME.length + 2 * Integer.BYTES;
    private static final int CHUNK_HEAD_BYTES = 2 * Integer.BYTES;
    private static final int ROW_BYTES = 1 + StatsRow.WIDTH * Long.BYTES;
    private static final StatsHistory.Tier[] TIERS = StatsHistory.Tier.values();

    private HistoryFormat() {}

    /** A row and its tier. */
    record Row(StatsHistory.Tier tier, long[] numbers) {}

    /**
     * What was read.
     *
     * @param bytes up to where it could be read: where the next chunk goes
     * @param whole whether that is all of it
     */
    record Read(List<Row> rows, long bytes, boolean whole) {}

    static byte[] head() {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(NAME)
                .putInt(VERSION)
                .putInt(StatsRow.WIDTH)
                .array();
    }

    static byte[] chunk(List<Row> rows) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_HEAD_BYTES + rows.size() * ROW_BYTES);
        chunk.putInt(rows.size() * ROW_BYTES).putInt(0);
        for (Row row : rows) {
            chunk.put((byte) row.tier().ordinal());
            for (long number : row.numbers()) {
                chunk.putLong(number);
            }
        }
        return chunk.putInt(Integer.BYTES, crc(chunk.array(), CHUNK_HEAD_BYTES, rows.size() * ROW_BYTES))
                .array();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** A head and one chunk. */
    static byte[] file(List<Row> rows) {
        byte[] head = head();
        byte[] chunk = chunk(rows);
        return ByteBuffer.allocate(head.length + chunk.length)
                .put(head)
                .put(chunk)
                .array();
    }

    static Read read(byte[] file) {
        List<Row> rows = new ArrayList<>();
        if (file.length < HEAD_BYTES || !Arrays.equals(head(), 0, HEAD_BYTES, file, 0, HEAD_BYTES)) {
            return new Read(rows, 0, false);
        }
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = HEAD_BYTES;
        while (at + CHUNK_HEAD_BYTES <= file.length) {
            int length = in.getInt(at);
            boolean fits = length >= 0 && length % ROW_BYTES == 0 && length <= file.length - at - CHUNK_HEAD_BYTES;
            if (!fits || in.getInt(at + Integer.BYTES) != crc(file, at + CHUNK_HEAD_BYTES, length)) {
                return new Read(rows, at, false);
            }
            for (int row = at + CHUNK_HEAD_BYTES; row < at + CHUNK_HEAD_BYTES + length; row += ROW_BYTES) {
                add(in, row, rows);
            }
            at += CHUNK_HEAD_BYTES + length;
        }
        return new Read(rows, at, at == file.length);
    }

    private static void add(ByteBuffer in, int at, List<Row> rows) {
        int tier = in.get(at);
        if (tier >= 0 && tier < TIERS.length) {
            long[] numbers = new long[StatsRow.WIDTH];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = in.getLong(at + 1 + i * Long.BYTES);
            }
            rows.add(new Row(TIERS[tier], numbers));
        }
    }
}
