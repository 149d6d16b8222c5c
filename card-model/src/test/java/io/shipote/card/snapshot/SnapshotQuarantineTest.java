package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CardSyntaxException;
import io.shipote.card.Cards;
import io.shipote.card.Problem;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SnapshotQuarantineTest {
    private static final String A = "01KR0Y2GP83CP3TKJZC1RR54R4";
    private static final String B = "01KR0TMMQVB8RW1ZZE28T5CY4G";

    private static String workspace(String id, String label) {
        return "{'id':'" + id + "','spec':{'label':'" + label + "'}}";
    }

    private static String pipeline(String workspace) {
        return "{'label':'p','workspace':'" + workspace + "','nodes':[]}";
    }

    private static Snapshot snapshot(String workspaces, String saved, String live) {
        String file = "{'version':4,'timestamp_ms':1,'workspaces':[" + workspaces + "],'saved_pipelines':[" + saved
                + "],'live_pipelines':[" + live + "]}";
        return Snapshot.decode(Cards.utf8(file.replace('\'', '"')));
    }

    private static List<String> problems(Snapshot snapshot) {
        List<String> lines = new ArrayList<>();
        for (Problem problem : snapshot.problems()) {
            lines.add(problem.toString());
        }
        return lines;
    }

    @Test
    @DisplayName("S7 a bad entry is set aside, the rest restored")
    void s7() {
        byte[] file = Cards.fixture("state-v4-one-bad-label.json");
        Snapshot snapshot = Snapshot.decode(file);
        assertEquals(3, snapshot.workspaces().size());
        assertEquals(2, snapshot.goodWorkspaces().size());
        assertEquals("good-1", snapshot.goodWorkspaces().get(0).spec().label());
        assertEquals("good-2", snapshot.goodWorkspaces().get(1).spec().label());
        assertEquals(List.of("workspaces[1].spec.label: is blank"), problems(snapshot));
        Entry.Quarantined<WorkspaceEntry> bad =
                (Entry.Quarantined<WorkspaceEntry>) snapshot.workspaces().get(1);
        String text = Cards.text(file);
        int start = text.indexOf("{\n      \"id\": \"01KRZX4CADZVEBN63PAGS10093\"");
        assertEquals(text.substring(start, start + bad.verbatim().length), Cards.text(bad.verbatim()));
        assertTrue(Cards.text(bad.verbatim()).endsWith("\"stats_history\": []\n    }"));
    }

    @Test
    void whatIsNoWorkspaceIsKeptVerbatimInItsPlace() {
        Snapshot snapshot = snapshot("42,{'id' : 1 },null," + workspace(A, "a"), "", "");
        assertEquals(
                List.of(
                        "workspaces[0]: must be an object, not 42",
                        "workspaces[1].id: must be an id, not 1",
                        "workspaces[1].spec: is missing",
                        "workspaces[2]: must be an object, not null"),
                problems(snapshot));
        String written = Cards.text(snapshot.encode());
        assertTrue(written.contains("[\n    42,\n    {\"id\" : 1 },\n    null,\n    {\n      \"id\": \"" + A), written);
    }

    @Test
    void duplicateKeyIsItsEntrysFaultAlone() {
        Snapshot snapshot = snapshot("{'id':'" + A + "','id':'" + A + "'}," + workspace(B, "b"), "", "");
        assertEquals(1, snapshot.goodWorkspaces().size());
        assertTrue(problems(snapshot).get(0).startsWith("workspaces[0]: in its line 1, column "));
    }

    @Test
    void secondOfTheSameIdOrNameIsSetAside() {
        String saved = "{'name':'n','spec':" + pipeline(A) + "}";
        Snapshot snapshot = snapshot(
                workspace(A, "a") + "," + workspace(B, "b") + "," + workspace(A, "c"), saved + "," + saved, "");
        assertEquals(
                List.of(
                        "workspaces[2].id: \"" + A + "\" stands there already, in workspaces[0]",
                        "saved_pipelines[1].name: \"n\" stands there already, in saved_pipelines[0]"),
                problems(snapshot));
        assertEquals("a", snapshot.goodWorkspaces().get(0).spec().label());
    }

    @Test
    void badEntryDoesNotTakeItsId() {
        Snapshot snapshot = snapshot(workspace(A, " ") + "," + workspace(A, "a"), "", "");
        assertEquals(List.of("workspaces[0].spec.label: is blank"), problems(snapshot));
    }

    @Test
    void livePipelineWithoutItsWorkspaceIsSetAside() {
        String live = "{'workspace':'%s','spec':" + pipeline(A) + ",'tap':false}";
        Snapshot snapshot = snapshot(
                workspace(A, "a") + "," + workspace(B, " "),
                "",
                String.format(live, A) + "," + String.format(live, B) + "," + String.format(live, "0".repeat(26)));
        assertEquals(
                List.of(
                        "workspaces[1].spec.label: is blank",
                        "live_pipelines[1]: its workspace " + B + " is absent",
                        "live_pipelines[2]: its workspace " + "0".repeat(26) + " is absent"),
                problems(snapshot));
        assertEquals(1, snapshot.goodLivePipelines().size());
    }

    @Test
    void savedPipelineNeedsNoWorkspace() {
        Snapshot snapshot = snapshot("", "{'name':'','spec':" + pipeline(A) + "}", "");
        assertEquals(List.of(), problems(snapshot));
        assertEquals("", snapshot.goodSavedPipelines().get(0).name());
    }

    @Test
    void singleEntriesDecodeOrTellAll() {
        WorkspaceEntry entry =
                Snapshot.decode(Cards.fixture("state-v4.json")).goodWorkspaces().get(1);
        assertEquals(entry, WorkspaceEntry.decode(entry.encode()));
        ShipoteException thrown =
                assertThrows(ShipoteException.class, () -> LivePipeline.decode(Cards.utf8("{\"tap\":1}")));
        assertEquals(ErrorCode.INVALID_SPEC, thrown.code());
        assertEquals(
                "the live pipeline is not valid: workspace: is missing; spec: is missing; tap: must be true or false, not 1",
                thrown.getMessage());
        assertThrows(ShipoteException.class, () -> SavedPipeline.decode(Cards.utf8("{}")));
        assertThrows(CardSyntaxException.class, () -> SavedPipeline.decode(Cards.utf8("{")));
    }
}
