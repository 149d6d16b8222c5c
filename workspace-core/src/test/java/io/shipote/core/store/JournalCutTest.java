package io.shipote.core.store;

import static io.shipote.core.store.StoreRig.JOURNAL;
import static io.shipote.core.store.StoreRig.STATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Journals that end too early, or have been damaged. */
class JournalCutTest {
    private static final int RECORDS = 40;

    /** Where the journal ended after each acknowledgement, the header first. */
    private final List<Integer> ends = new ArrayList<>();

    private byte[] state;
    private byte[] journal;

    private void write() throws IOException {
        MemoryFiles files = new MemoryFiles();
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("base", "0").fold();
            ends.add(files.bytes(JOURNAL).orElseThrow().length);
            for (int i = 0; i < RECORDS; i++) {
                rig.put("w" + i, "v".repeat(i * 7));
                ends.add(files.bytes(JOURNAL).orElseThrow().length);
            }
            state = files.bytes(STATE).orElseThrow();
            journal = files.bytes(JOURNAL).orElseThrow();
        }
    }

    private MemoryFiles with(byte[] bytes) {
        MemoryFiles files = new MemoryFiles();
        files.set(STATE, state);
        files.set(JOURNAL, bytes);
        return files;
    }

    @Test
    void cutAnywhereEveryAcknowledgedRecordBeforeTheCutIsThereAndTheTornOneIsCut() throws IOException {
        write();
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int cut = ends.get(RECORDS - 4); cut <= journal.length; cut++) {
            cuts.add(cut);
        }
        for (int cut = 0; cut <= journal.length; cut += 512) {
            cuts.add(cut);
        }
        for (int cut = 0; cut <= JournalFormat.HEADER_BYTES + 40; cut++) {
            cuts.add(cut);
        }
        for (int cut : cuts) {
            MemoryFiles files = with(Arrays.copyOf(journal, cut));
            long whole = ends.stream().filter(end -> end <= cut).count() - 1;
            try (StoreRig rig = StoreRig.open(files)) {
                assertEquals(
                        Math.max(0, whole) + 1,
                        rig.store.entries(Section.WORKSPACES).size(),
                        "cut at " + cut);
                assertEquals(whole > 0, rig.store.dirty(), "cut at " + cut);
                if (whole >= 0) {
                    assertEquals(ends.get((int) whole), files.bytes(JOURNAL).orElseThrow().length);
                }
                rig.put("after", "1");
            }
            try (StoreRig rig = StoreRig.open(files)) {
                assertEquals(
                        Math.max(0, whole) + 2,
                        rig.store.entries(Section.WORKSPACES).size(),
                        "cut at " + cut);
            }
        }
    }

    @Test
    void aSmallOneCutAtEachByte() throws IOException {
        MemoryFiles files = new MemoryFiles();
        List<Integer> small = new ArrayList<>();
        byte[] whole;
        try (StoreRig rig = StoreRig.open(files)) {
            for (int i = 0; i < 4; i++) {
                rig.put("w" + i, "v");
                small.add(files.bytes(JOURNAL).orElseThrow().length);
            }
            whole = files.bytes(JOURNAL).orElseThrow();
        }
        for (int at = 0; at <= whole.length; at++) {
            int cut = at;
            MemoryFiles left = new MemoryFiles();
            left.set(JOURNAL, Arrays.copyOf(whole, cut));
            try (StoreRig rig = StoreRig.open(left)) {
                long there = small.stream().filter(end -> end <= cut).count();
                assertEquals(there, rig.store.entries(Section.WORKSPACES).size(), "cut at " + cut);
            }
        }
    }

    @Test
    void aTornEndOfZerosOrOldBytesIsCut() throws IOException {
        write();
        int last = ends.get(RECORDS - 1);
        for (int from = last; from < journal.length; from++) {
            byte[] zeros = journal.clone();
            Arrays.fill(zeros, from, journal.length, (byte) 0);
            assertEquals(from == last || differs(zeros) ? RECORDS : RECORDS + 1, entries(zeros), "from " + from);
        }
        byte[] longer = Arrays.copyOf(journal, journal.length + 4096);
        assertEquals(RECORDS + 1, entries(longer));
    }

    private boolean differs(byte[] other) {
        return !Arrays.equals(journal, other);
    }

    private int entries(byte[] bytes) throws IOException {
        try (StoreRig rig = StoreRig.open(with(bytes))) {
            return rig.store.entries(Section.WORKSPACES).size();
        }
    }

    @Test
    void aBadByteBeforeTheLastRecordIsRefusedWithItsOffsetAndNothingIsTouched() throws IOException {
        write();
        for (int at = JournalFormat.HEADER_BYTES; at < ends.get(RECORDS - 1); at += 13) {
            byte[] bad = journal.clone();
            bad[at] ^= 0x40;
            MemoryFiles files = with(bad);
            StateUnreadableException e =
                    assertThrows(StateUnreadableException.class, () -> StoreRig.open(files), "at " + at);
            int where = at;
            int start = ends.stream()
                    .filter(end -> end <= where)
                    .max(Integer::compare)
                    .orElseThrow();
            assertEquals(start, e.offset().orElseThrow());
            assertEquals(JOURNAL, e.file());
            assertTrue(e.getMessage().contains("--recover"), e.getMessage());
            assertArrayEquals(bad, files.bytes(JOURNAL).orElseThrow());
            assertArrayEquals(state, files.bytes(STATE).orElseThrow());
        }
    }

    @Test
    void aDamagedHeaderIsRefused() throws IOException {
        write();
        for (int at = 0; at < JournalFormat.HEADER_BYTES; at++) {
            byte[] bad = journal.clone();
            bad[at] ^= 1;
            assertThrows(StateUnreadableException.class, () -> StoreRig.open(with(bad)), "at " + at);
        }
    }

    @Test
    void recoveryKeepsTheRecordsOnBothSidesOfTheDamage() throws IOException {
        write();
        byte[] bad = journal.clone();
        bad[ends.get(10) + 20] ^= 1;
        MemoryFiles files = with(bad);
        try (StoreRig rig = StoreRig.recover(files)) {
            assertEquals(RECORDS, rig.store.entries(Section.WORKSPACES).size(), "all but the damaged one");
            assertFalse(rig.all().containsKey("WORKSPACES/w10"));
            assertTrue(rig.store.warnings().stream().anyMatch(w -> w.contains("state.journal.bad-1")));
        }
        assertArrayEquals(
                bad, files.bytes(StoreRig.DIR.resolve("state.journal.bad-1")).orElseThrow());
    }

    @Test
    void sectorsOfOneGroupMayComeInAnyOrder() throws IOException {
        List<JournalRecord> group = List.of(put("x"), put("y"), put("z"));
        write();
        byte[] one = JournalFormat.group(List.of(put("ok")));
        byte[] torn = JournalFormat.group(group);
        torn[JournalFormat.RECORD_HEADER_BYTES + 4] ^= 1;
        byte[] both = join(journal, one, torn);
        assertEquals(RECORDS + 2, entries(both), "none of a group is there whose first record is torn");
        byte[] acknowledged = join(both, one);
        assertThrows(StateUnreadableException.class, () -> entries(acknowledged));
    }

    @Test
    void aRecordOfAnUnknownKindIsRefusedEvenAtTheEnd() throws IOException {
        write();
        byte[] one = JournalFormat.group(List.of(put("ok")));
        // Kind 9 with a right checksum, as a later version would write it.
        CRC32C crc = new CRC32C();
        one[JournalFormat.RECORD_HEADER_BYTES] = 9;
        crc.update(one, 4, 8);
        crc.update(one, 16, one.length - 16);
        ByteBuffer.wrap(one).putInt(12, (int) crc.getValue());
        assertThrows(StateUnreadableException.class, () -> entries(join(journal, one)));
    }

    private static JournalRecord put(String key) {
        return new JournalRecord.Put(Section.WORKSPACES, key, StoreRig.entry(key, "v"));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
