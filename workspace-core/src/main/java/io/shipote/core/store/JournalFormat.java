package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import io.shipote.core.store.JournalRecord.Put;
import io.shipote.core.store.JournalRecord.Remove;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The bytes of {@code state.journal}, all numbers big-endian.
 *
 * <pre>
 * header:  "SHPJRNL1"  length of the snapshot it extends (i64, -1 none)  its CRC32C (u32)  CRC32C of these 20 bytes
 * record:  "SHPr"  length of the body (u32)  distance to the start of its group (u32)  CRC32C of the rest  body
 * body:    kind (1 put, 2 remove, 3 folded)  section  length of the key (u16)  key in UTF-8  the entry
 *          (folded: no section, no key; length and CRC32C of the snapshot)
 * </pre>
 *
 * <p>A group is what was written and synced at once. A disk may keep its sectors in any order, so after a crash a bad
 * record can be followed by good ones of its own group: then none of the group was acknowledged. If a later group
 * follows, the bad record was acknowledged and has been damaged since.
 */
final class JournalFormat {
    static final int HEADER_BYTES = 24;
    static final int RECORD_HEADER_BYTES = 16;

    private static final long FILE_MAGIC = 0x5348504a524e4c31L;
    private static final int RECORD_MAGIC = 0x53485072;
    private static final int PUT = 1;
    private static final int REMOVE = 2;
    private static final int FOLDED = 3;

    private JournalFormat() {}

    /**
     * What a journal holds.
     *
     * @param base the snapshot it extends; empty if the file ends within its header
     * @param records the good records, up to the first bad one
     * @param goodEnd where those end, in bytes
     * @param damagedAt where an acknowledged record, or the header, is damaged or unknown; empty if the rest is a torn end
     */
    record Contents(Optional<Mark> base, List<JournalRecord> records, long goodEnd, OptionalLong damagedAt) {}

    static byte[] header(Mark base) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(FILE_MAGIC).putLong(base.length()).putInt(base.crc());
        return header.putInt(crc(header.array(), 0, header.position())).array();
    }

    /** The group's records, to be written at once. */
    static byte[] group(List<JournalRecord> records) {
        List<byte[]> bodies = records.stream().map(JournalFormat::body).toList();
        long size = bodies.stream()
                .mapToLong(body -> RECORD_HEADER_BYTES + body.length)
                .sum();
        ByteBuffer group = ByteBuffer.allocate(Math.toIntExact(size));
        for (byte[] body : bodies) {
            int distance = group.position();
            group.putInt(RECORD_MAGIC).putInt(body.length).putInt(distance);
            group.putInt(recordCrc(body.length, distance, body, 0)).put(body);
        }
        return group.array();
    }

    static Contents read(byte[] journal) {
        if (journal.length < HEADER_BYTES) {
            return new Contents(Optional.empty(), List.of(), 0, OptionalLong.empty());
        }
        ByteBuffer header = ByteBuffer.wrap(journal);
        long magic = header.getLong();
        Mark base = new Mark(header.getLong(), header.getInt());
        if (magic != FILE_MAGIC || header.getInt() != crc(journal, 0, HEADER_BYTES - Integer.BYTES)) {
            return new Contents(Optional.empty(), List.of(), 0, OptionalLong.of(0));
        }
        List<JournalRecord> records = new ArrayList<>();
        int at = HEADER_BYTES;
        while (at < journal.length) {
            Frame frame = frame(journal, at);
            if (frame == null) {
                OptionalLong damaged = laterGroupFollows(journal, at) ? OptionalLong.of(at) : OptionalLong.empty();
                return new Contents(Optional.of(base), records, at, damaged);
            }
            if (frame.record == null) {
                return new Contents(Optional.of(base), records, at, OptionalLong.of(at));
            }
            records.add(frame.record);
            at += frame.size;
        }
        return new Contents(Optional.of(base), records, at, OptionalLong.empty());
    }

    /** All good records, whatever is damaged before or between them; those of kinds unknown to us are left out. */
    static List<JournalRecord> salvage(byte[] journal) {
        List<JournalRecord> records = new ArrayList<>();
        int at = 0;
        while (at < journal.length) {
            Frame frame = journal[at] == 'S' ? frame(journal, at) : null;
            if (frame != null && frame.record != null) {
                records.add(frame.record);
            }
            at += frame == null ? 1 : frame.size;
        }
        return records;
    }

    /** @param record null if it is of a kind unknown to us: whole, but a later version's */
    private record Frame(JournalRecord record, int size, int distance) {}

    /** The good record that starts there, or null. */
    private static Frame frame(byte[] journal, int at) {
        if (journal.length - at < RECORD_HEADER_BYTES) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(journal, at, RECORD_HEADER_BYTES);
        int magic = header.getInt();
        int length = header.getInt();
        int distance = header.getInt();
        int bodyAt = at + RECORD_HEADER_BYTES;
        if (magic != RECORD_MAGIC || length < 0 || length > journal.length - bodyAt) {
            return null;
        }
        if (header.getInt() != recordCrc(length, distance, journal, bodyAt)) {
            return null;
        }
        JournalRecord record = parse(ByteBuffer.wrap(journal, bodyAt, length));
        return new Frame(record, RECORD_HEADER_BYTES + length, distance);
    }

    private static boolean laterGroupFollows(byte[] journal, int bad) {
        for (int at = bad + 1; at <= journal.length - RECORD_HEADER_BYTES; at++) {
            // 'S' first: most bytes are not, and JSON text cannot hold the zero bytes of a whole record.
            Frame frame = journal[at] == 'S' ? frame(journal, at) : null;
            if (frame != null && at - frame.distance > bad) {
                return true;
            }
        }
        return false;
    }

    private static byte[] body(JournalRecord record) {
        if (record instanceof Put put) {
            return body(PUT, put.section().code(), put.key(), put.entry());
        }
        if (record instanceof Remove remove) {
            return body(REMOVE, remove.section().code(), remove.key(), new byte[0]);
        }
        Mark mark = ((Folded) record).snapshot();
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(mark.length())
                .putInt(mark.crc())
                .array();
        return body(FOLDED, 0, "", bytes);
    }

    private static byte[] body(int kind, int section, String key, byte[] rest) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + name.length + rest.length)
                .put((byte) kind)
                .put((byte) section)
                .putShort((short) name.length)
                .put(name)
                .put(rest)
                .array();
    }

    private static JournalRecord parse(ByteBuffer body) {
        try {
            int kind = body.get();
            Section section = Section.ofCode(body.get());
            byte[] name = new byte[Short.toUnsignedInt(body.getShort())];
            body.get(name);
            String key = new String(name, StandardCharsets.UTF_8);
            if (kind == FOLDED) {
                return new Folded(new Mark(body.getLong(), body.getInt()));
            }
            byte[] entry = new byte[body.remaining()];
            body.get(entry);
            if (section == null) {
                return null;
            }
            return kind == PUT ? new Put(section, key, entry) : kind == REMOVE ? new Remove(section, key) : null;
        } catch (BufferUnderflowException e) {
            // Its checksum is right, so this is no damage but another version's record.
            return null;
        }
    }

    private static int recordCrc(int length, int distance, byte[] bytes, int bodyAt) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(length)
                .putInt(distance)
                .flip());
        crc.update(bytes, bodyAt, length);
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
