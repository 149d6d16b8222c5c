package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.EnvValues;
import io.shipote.card.wire.ImportedEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Workspaces of another snapshot, taken in. */
class WorkspaceImportTest {
    private static final String ID = "01HZZZZZZZZZZZZZZZZZZZZZZ1";
    private static final String COMMAND = "{'name':'api','spec':{'label':'api','payload':"
            + "{'Native':{'exec':'sleep','argv':['9'],'envp':[]}}},'restart':{'policy':'always'},'wanted':'up'}";

    private final CoreFixture core = CoreFixture.fresh();
    private UnwatchedRuns unwatched = UnwatchedRuns.NONE;

    private static ObjectNode entry(String json) {
        return (ObjectNode) CardJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode ours(String id, String label, String more) {
        return entry("{'id':'" + id + "','spec':{'label':'" + label + "'" + more + "}}");
    }

    private static ObjectNode foreign() {
        return entry("{'spec':{'label':'runpm'},'shipote':{'commands':[" + COMMAND + "]}}");
    }

    private List<String> take(WorkspaceImport target, ObjectNode... nodes) {
        for (ObjectNode node : nodes) {
            boolean[] done = new boolean[1];
            target.take(node, () -> done[0] = true);
            core.until(() -> done[0]);
        }
        return target.entries().stream()
                .map(e -> e.kind() + " " + e.label() + " " + e.outcome())
                .toList();
    }

    private WorkspaceImport target(boolean dryRun) {
        return new WorkspaceImport(core.host, core.intents, core.workspaces, unwatched, dryRun);
    }

    @Test
    void anIdIsKeptAndIsDurable() {
        assertEquals(List.of("workspace web imported"), take(target(false), ours(ID, "web", "")));
        CoreFixture next = core.crashed().restore();
        assertEquals("web", next.workspaces.get(ID).label());
    }

    @Test
    void aCommandWithoutItsValuesDoesNotComeAndItsWorkspaceDoes() {
        ObjectNode node = foreign();
        ((ArrayNode) node.at("/shipote/commands/0/spec/payload/Native/envp"))
                .addArray()
                .add("TOKEN")
                .add(EnvValues.HIDDEN);
        WorkspaceImport target = target(false);
        List<String> report = take(target, node);
        assertEquals(2, report.size(), report::toString);
        assertTrue(report.get(0).startsWith("command ") && report.get(0).endsWith(" refused"), report::toString);
        assertEquals("workspace runpm imported", report.get(1));
        assertTrue(target.entries().get(0).notes().get(0).contains("--show-env"));
        assertEquals(List.of(), core.workspaces.get("runpm").commands());
    }

    @Test
    void whatIsThereIsLeftAsItIs() {
        core.workspace("taken");
        take(target(false), ours(ID, "web", ""));
        assertEquals(
                List.of("workspace web present", "workspace web conflict", "workspace taken conflict"),
                take(
                        target(false),
                        ours(ID, "web", ""),
                        ours(ID, "web", ",'on_exit':'keep'"),
                        ours("01HZZZZZZZZZZZZZZZZZZZZZZ2", "taken", "")));
        assertEquals(2, core.workspaces.all().size());
    }

    @Test
    void aDryRunTellsTheSameAndDoesNothing() {
        ObjectNode[] all = {ours(ID, "web", ""), ours("01HZZZZZZZZZZZZZZZZZZZZZZ2", "web", ""), foreign()};
        List<String> told = take(target(true), all);
        assertEquals(0, core.workspaces.all().size());
        assertEquals(told, take(target(false), all));
        assertEquals("workspace web conflict", told.get(1));
    }

    @Test
    void whatWouldEndAtOnceIsRefused() {
        assertEquals(List.of("workspace web refused"), take(target(false), ours(ID, "web", ",'ttl':0")));
    }

    @Test
    void whatIsStillAliveHereDoesNotCome() {
        unwatched = UnwatchedRunsTest.of(ID, "01HZZZZZZZZZZZZZZZZZZZZZZP");
        ObjectNode other = ours("01HZZZZZZZZZZZZZZZZZZZZZZ2", "web", "");
        for (boolean dryRun : new boolean[] {true, false}) {
            WorkspaceImport target = target(dryRun);
            assertEquals(
                    List.of("workspace web refused", "workspace web imported"),
                    take(target, ours(ID, "web", ",'shipote':{'commands':[" + COMMAND + "]}"), other));
            assertEquals(ID, target.entries().get(0).id().orElseThrow());
            String why = target.entries().get(0).notes().get(0);
            assertTrue(why.startsWith("2 of its processes run on unwatched"), why);
            assertEquals(List.of(), target.wanted());
        }
        assertEquals(1, core.workspaces.all().size());
        assertEquals(List.of("workspace web present"), take(target(false), other));
    }

    @Test
    void commandsComeDownOnceAndAreToldToHaveBeenUp() {
        WorkspaceImport first = target(false);
        assertEquals(List.of("workspace runpm imported", "command api imported"), take(first, foreign()));
        Workspace runpm = core.workspaces.get("runpm");
        Command api = runpm.commands().get(0);
        assertTrue(!api.intent().up() && !api.state().live());
        assertEquals(List.of(api), first.wanted());

        WorkspaceImport second = target(false);
        assertEquals(List.of("workspace runpm present", "command api present"), take(second, foreign()));
        assertEquals(List.of(api), second.wanted());

        ObjectNode other = entry(foreign().toString().replace("always", "never"));
        WorkspaceImport third = target(false);
        assertEquals(List.of("workspace runpm present", "command api conflict"), take(third, other));
        assertEquals(ImportedEntry.CONFLICT, third.entries().get(1).outcome());
        assertEquals(List.of(), third.wanted());
        assertEquals(1, runpm.commands().size());
    }
}
