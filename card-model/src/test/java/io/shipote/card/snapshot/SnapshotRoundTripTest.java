package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.card.Cards;
import io.shipote.card.U64;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotRoundTripTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "state-v1.json",
                "state-v1-lean.json",
                "state-v2.json",
                "state-v3.json",
                "state-v4.json",
                "state-v4-minimal.json",
                "state-v4-one-bad-label.json"
            })
    @DisplayName("A1 decoded and encoded anew it is the same, byte by byte")
    void decodedAndEncodedAnewItIsTheSameBytes(String name) {
        byte[] file = Cards.fixture(name);
        assertEquals(Cards.text(file), Cards.text(Snapshot.decode(file).encode()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state-v1.json", "state-v2.json", "state-v3.json", "state-v4.json"})
    void goodEntriesAreEncodedFromTheirRecordsAlone(String name) {
        byte[] file = Cards.fixture(name);
        // Without any space the bytes read differ from the bytes to be written.
        byte[] compact = CardText.compactBytes(CardJson.parse(file));
        assertEquals(Cards.text(file), Cards.text(Snapshot.decode(compact).encode()));
        assertEquals(List.of(), Snapshot.decode(compact).problems());
    }

    @Test
    @DisplayName("S5 versions 1 to 3: absent lists are empty")
    void s5() {
        for (String name : List.of("state-v1.json", "state-v1-lean.json")) {
            Snapshot v1 = Snapshot.decode(Cards.fixture(name));
            assertEquals(1, v1.version());
            assertEquals(2, v1.goodWorkspaces().size());
            assertEquals(Optional.empty(), v1.savedPipelines());
            assertEquals(List.of(), v1.goodSavedPipelines());
            assertEquals(List.of(), v1.goodLivePipelines());
            assertEquals(List.of(), v1.goodWorkspaces().get(0).statsHistory());
        }
        Snapshot v2 = Snapshot.decode(Cards.fixture("state-v2.json"));
        assertEquals(2, v2.goodSavedPipelines().size());
        assertEquals(List.of(), v2.goodLivePipelines());
        Snapshot v3 = Snapshot.decode(Cards.fixture("state-v3.json"));
        assertEquals(2, v3.goodLivePipelines().size());
        assertEquals(List.of(), v3.goodWorkspaces().get(1).statsHistory());
    }

    @Test
    void olderVersionBecomesVersion4WithAllLists() {
        RawSnapshot raw = SnapshotLayout.read(Cards.fixture("state-v1-lean.json"));
        String expected = Cards.text(Cards.fixture("state-v1-lean.json"))
                .replace("\"version\": 1", "\"version\": 4")
                .replaceAll("\n}$", ",\n  \"saved_pipelines\": [],\n  \"live_pipelines\": []\n}");
        assertEquals(expected, Cards.text(SnapshotLayout.write(raw.inVersion4())));
    }

    @Test
    @DisplayName("S10 order: workspaces, saved, live, each in the file's order")
    void s10() {
        Snapshot snapshot = Snapshot.decode(Cards.fixture("state-v4.json"));
        List<String> names = new ArrayList<>();
        for (WorkspaceEntry entry : snapshot.goodWorkspaces()) {
            names.add(entry.spec().label());
        }
        for (SavedPipeline entry : snapshot.goodSavedPipelines()) {
            names.add(entry.name());
        }
        for (LivePipeline entry : snapshot.goodLivePipelines()) {
            names.add(entry.spec().label() + " tap=" + entry.tap());
        }
        assertEquals(
                List.of(
                        "idle",
                        "web",
                        "reports — informes ✓",
                        "web-logs",
                        "plugin check",
                        "web-logs tap=true",
                        "report tap=false"),
                names);
        assertEquals(U64.of(1779190800444L), snapshot.timestampMs());
        assertEquals(8, snapshot.goodWorkspaces().get(1).statsHistory().size());
        assertEquals(
                Optional.of(187.34024f),
                snapshot.goodWorkspaces().get(1).statsHistory().get(4).cpuPercent());
    }

    @Test
    void extremesSurvive() {
        String file = Cards.text(Cards.fixture("state-v1.json"))
                .replace("1778151600789", "18446744073709551615")
                .replace("\"ttl\": 7200000", "\"ttl\": 18446744073709551615")
                .replace("2147483648", "18446744073709551615")
                .replace("\"nproc\": 128", "\"nproc\": 4294967295")
                .replace("01KR0Y2GP83CP3TKJZC1RR54R4", "0".repeat(26))
                .replace("01KR0TMMQVB8RW1ZZE28T5CY4G", "7" + "Z".repeat(25));
        Snapshot snapshot = Snapshot.decode(Cards.utf8(file));
        assertEquals(U64.MAX, snapshot.goodWorkspaces().get(1).spec().ttlMs().orElseThrow());
        assertEquals(file, Cards.text(snapshot.encode()));
    }

    @Test
    void unknownKeysOfTheRootAreKeptAndOursIsLast() {
        String file = Cards.text(Cards.fixture("state-v4-minimal.json"));
        String more = file.substring(0, file.length() - 2)
                + ",\n  \"later\": {\n    \"a\": [\n      1.5\n    ]\n  },\n  \"shipote\": {\n    \"deadline_ms\": 1\n  }\n}";
        assertEquals(more, Cards.text(Snapshot.decode(Cards.utf8(more)).encode()));
        String other = more.replace(",\n  \"later\"", ",\n  \"l2\": null,\n  \"later\"");
        String moved = other.replace(",\n  \"shipote\": {\n    \"deadline_ms\": 1\n  }", "")
                .replaceFirst("\\{\n", "{\n  \"shipote\": {\n    \"deadline_ms\": 1\n  },\n");
        assertTrue(moved.startsWith("{\n  \"shipote\""));
        assertEquals(other, Cards.text(Snapshot.decode(Cards.utf8(moved)).encode()));
    }
}
