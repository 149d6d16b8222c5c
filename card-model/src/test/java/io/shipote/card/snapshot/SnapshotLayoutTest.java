package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Cards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotLayoutTest {
    private static final String HEAD = "{\"version\":4,\"timestamp_ms\":1,\"workspaces\":";

    private static SnapshotException refusal(byte[] file) {
        return assertThrows(SnapshotException.class, () -> SnapshotLayout.read(file));
    }

    private static SnapshotException unreadable(String file) {
        SnapshotException refusal = refusal(Cards.utf8(file));
        assertEquals(SnapshotException.Kind.UNREADABLE, refusal.kind(), file);
        return refusal;
    }

    @Test
    @DisplayName("S6 version 5 is refused, whatever else it holds")
    void s6() {
        SnapshotException refusal = refusal(Cards.fixture("state-v5-future.json"));
        assertEquals(SnapshotException.Kind.NEWER, refusal.kind());
        assertEquals("is of version 5, newer than 4, the newest that can be read", refusal.getMessage());
        for (String file : List.of(
                "{\"version\":5}",
                "{\"workspaces\":{},\"timestamp_ms\":\"now\",\"version\":99999999999999999999999}",
                "{\"shipote\":1,\"version\":5}")) {
            assertEquals(SnapshotException.Kind.NEWER, refusal(Cards.utf8(file)).kind());
        }
        assertEquals(
                SnapshotException.Kind.UNREADABLE,
                refusal(Cards.utf8("{\"version\":5,")).kind());
    }

    @Test
    void everyVersionUpToFourIsRead() {
        for (int version = 0; version <= 4; version++) {
            String file = "{\"version\":" + version + ",\"timestamp_ms\":1,\"workspaces\":[]}";
            assertEquals(version, SnapshotLayout.read(Cards.utf8(file)).version());
        }
    }

    @Test
    void tornFileIsRefusedWithItsPlace() {
        byte[] file = Cards.fixture("state-v4-truncated.json");
        SnapshotException refusal = refusal(file);
        assertEquals(SnapshotException.Kind.UNREADABLE, refusal.kind());
        int lines = 1;
        for (byte b : file) {
            lines += b == '\n' ? 1 : 0;
        }
        assertEquals(lines, refusal.line());
        assertTrue(refusal.column() > 1);
        assertTrue(refusal.getMessage().startsWith("line " + lines + ", column " + refusal.column() + ": "));
    }

    @Test
    void tornAtAnyByteItIsRefused() {
        for (String name : List.of("state-v1.json", "state-v4-one-bad-label.json")) {
            byte[] file = Cards.fixture(name);
            for (int length = 0; length < file.length; length++) {
                SnapshotException refusal = refusal(Arrays.copyOf(file, length));
                assertEquals(SnapshotException.Kind.UNREADABLE, refusal.kind());
                assertTrue(refusal.line() > 0, "torn at " + length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "{} {}",
                HEAD + "[]} x",
                HEAD + "[],\"version\":4}",
                HEAD + "[],\"later\":1,\"later\":1}",
                HEAD + "[],\"later\":{\"a\":1,\"a\":1}}",
                HEAD + "{}}",
                HEAD + "null}",
                HEAD + "[],\"saved_pipelines\":null}",
                HEAD + "[],\"live_pipelines\":5}",
                HEAD + "[],\"shipote\":[]}",
                HEAD + "[{\"id\":\"\\x\"}]}",
                "{\"version\":-1,\"timestamp_ms\":1,\"workspaces\":[]}",
                "{\"version\":4.0,\"timestamp_ms\":1,\"workspaces\":[]}",
                "{\"version\":\"4\",\"timestamp_ms\":1,\"workspaces\":[]}",
                "{\"version\":[4],\"timestamp_ms\":1,\"workspaces\":[]}",
                "{\"version\":4,\"timestamp_ms\":18446744073709551616,\"workspaces\":[]}",
                "{\"version\":4,\"timestamp_ms\":null,\"workspaces\":[]}"
            })
    void whatIsNoSnapshotIsUnreadable(String file) {
        assertTrue(unreadable(file).line() > 0);
    }

    @Test
    void missingKeysAreNamed() {
        assertTrue(unreadable("{}").getMessage().endsWith("the key \"version\" is missing"));
        assertTrue(unreadable("{\"version\":4}").getMessage().endsWith("the key \"timestamp_ms\" is missing"));
        assertTrue(unreadable("{\"version\":4,\"timestamp_ms\":1}")
                .getMessage()
                .endsWith("the key \"workspaces\" is missing"));
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] file = Cards.fixture("state-v1.json");
        file[file.length - 4] = (byte) 0xFF;
        assertEquals(SnapshotException.Kind.UNREADABLE, refusal(file).kind());
    }

    @Test
    void entriesAreCutOutExactly() {
        List<String> entries =
                List.of("{\"a\": [1, \"]}\"]}", "[]", "12", "-1.5e3", "true", "null", "\"ñ✓ \\\" ]\"", "{ }", "0");
        for (String between : List.of(",", " , ", ",\n\t\r ")) {
            String list = "[ " + String.join(between, entries) + " ]";
            String file = "{\"ñ\":\"ñ\",\"version\":4,\"timestamp_ms\":1,\"workspaces\":" + list
                    + ",\"saved_pipelines\":" + list + "}";
            RawSnapshot raw = SnapshotLayout.read(Cards.utf8(file));
            assertEquals(entries, texts(raw.workspaces()));
            assertEquals(entries, texts(raw.savedPipelines().orElseThrow()));
        }
    }

    private static List<String> texts(List<byte[]> entries) {
        List<String> texts = new ArrayList<>();
        for (byte[] entry : entries) {
            texts.add(Cards.text(entry));
        }
        return texts;
    }

    @Test
    void writtenEntriesAreTakenAsTheyAre() {
        byte[] file = Cards.fixture("state-v4.json");
        assertEquals(Cards.text(file), Cards.text(SnapshotLayout.write(SnapshotLayout.read(file))));
    }
}
