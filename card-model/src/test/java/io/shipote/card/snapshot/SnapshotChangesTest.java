package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotChangesTest {
    private static final String ID = "01HZZZZZZZZZZZZZZZZZZZZZZ";

    private static RawSnapshot raw(String rest) {
        String text = "{'version':4,'timestamp_ms':7," + rest + "}";
        return SnapshotLayout.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String workspace(int n, String label, String more) {
        return "{'id':'" + ID + n + "','spec':{'label':'" + label + "'}" + more + "}";
    }

    private static String live(String node, String more) {
        return "'workspaces':[],'live_pipelines':[{'workspace':'" + ID + "1','spec':{'label':'p','nodes':[" + node
                + "]},'tap':false" + more + "}]";
    }

    /** One line per entry, one per place. */
    private static List<String> seen(String before, String after) {
        List<String> lines = new ArrayList<>();
        for (SnapshotChanges.Change change : SnapshotChanges.between(raw(before), raw(after))) {
            lines.add(change.kind().sign() + change.section() + " " + change.key() + " " + change.label());
            for (Difference difference : change.differences()) {
                lines.add(difference.pointer() + " "
                        + difference.before().map(Object::toString).orElse("-") + " "
                        + difference.after().map(Object::toString).orElse("-"));
            }
        }
        return lines;
    }

    @Test
    void entriesAreMatchedByTheirNameNotByTheirPlace() {
        String one = workspace(1, "one", "");
        String two = workspace(2, "two", "");
        assertEquals(
                List.of(), seen("'workspaces':[" + one + "," + two + "]", "'workspaces':[" + two + "," + one + "]"));
        assertEquals(
                List.of("-workspaces " + ID + "1 one", "+workspaces " + ID + "3 three"),
                seen(
                        "'workspaces':[" + one + "," + two + "]",
                        "'workspaces':[" + two + "," + workspace(3, "three", "") + "]"));
    }

    @Test
    void whatChangedIsToldWithItsPlaceAndBothValues() {
        assertEquals(
                List.of(
                        "~workspaces " + ID + "1 new",
                        "/spec/label \"old\" \"new\"",
                        "/a~1b~0 [1,2] -",
                        "/more - {\"x\":1}"),
                seen(
                        "'workspaces':[" + workspace(1, "old", ",'a/b~':[1,2]") + "]",
                        "'workspaces':[" + workspace(1, "new", ",'more':{'x':1}") + "]"));
    }

    @Test
    void statsTimeAndVersionDoNotCountAndDataAtTheRootDoes() {
        String old = workspace(1, "w", ",'stats_history':[]");
        String now = workspace(1, "w", ",'stats_history':[{'a':1}]");
        assertEquals(List.of(), seen("'workspaces':[" + old + "]", "'workspaces':[" + now + "]"));
        assertEquals(
                List.of("~root  ", "/shipote/a 1 2", "/new - true"),
                seen("'workspaces':[],'shipote':{'a':1}", "'workspaces':[],'new':true,'shipote':{'a':2}"));
    }

    @Test
    void commandsAreMatchedByTheirIds() {
        String before = ",'shipote':{'commands':[{'id':'A','n':1},{'id':'B','n':1}]}";
        String after = ",'shipote':{'commands':[{'id':'B','n':2},{'id':'C','n':1}]}";
        assertEquals(
                List.of(
                        "~workspaces " + ID + "1 w",
                        "/shipote/commands/0 {\"id\":\"A\",\"n\":1} -",
                        "/shipote/commands/0/n 1 2",
                        "/shipote/commands/1 - {\"id\":\"C\",\"n\":1}"),
                seen(
                        "'workspaces':[" + workspace(1, "w", before) + "]",
                        "'workspaces':[" + workspace(1, "w", after) + "]"));
    }

    @Test
    void valuesOfTheEnvironmentAreComparedAndNeverShown() {
        String one = "{'payload':{'Native':{'exec':'x','argv':[],'envp':[['TOKEN','s3cret'],['A','1']]}}}";
        String other =
                "{'payload':{'Native':{'exec':'x','argv':[],'envp':[['TOKEN','s4cret'],['A','1'],['B','s5cret']]}}}";
        assertEquals(
                List.of(
                        "~live_pipelines " + ID + "1/p p",
                        "/spec/nodes/0/payload/Native/envp/0 [\"TOKEN\",\"<hidden>\"] [\"TOKEN\",\"<hidden>\"]",
                        "/spec/nodes/0/payload/Native/envp/2 - [\"B\",\"<hidden>\"]"),
                seen(live(one, ""), live(other, "")));
        assertEquals(
                List.of(
                        "~live_pipelines " + ID + "1/p p",
                        "/spec/nodes/1 - {\"payload\":{\"Native\":{\"exec\":\"x\",\"argv\":[],"
                                + "\"envp\":[[\"TOKEN\",\"<hidden>\"],[\"A\",\"<hidden>\"]]}}}"),
                seen(live(one, ""), live(one + "," + one, "")));
    }

    @Test
    void anEntryThatIsNotUnderstoodIsComparedAndNotShown() {
        List<String> lines = seen("'workspaces':[{'a':'s3cret','a':2}]", "'workspaces':[{'a':'s4cret','a':3}]");
        assertEquals(2, lines.size(), lines::toString);
        assertEquals("~workspaces #0 ", lines.get(0));
        assertEquals(false, lines.get(1).contains("cret"), lines.get(1));
    }

    @Test
    void liveEntriesOfOneNameKeepApart() {
        String entry = "{'workspace':'" + ID + "1','spec':{'label':'p','nodes':[]},'tap':%s}";
        String one = String.format(entry, "false");
        String two = String.format(entry, "true");
        assertEquals(
                List.of("~live_pipelines " + ID + "1/p#1 p", "/tap false true"),
                seen(
                        "'workspaces':[],'live_pipelines':[" + one + "," + one + "]",
                        "'workspaces':[],'live_pipelines':[" + one + "," + two + "]"));
    }
}
