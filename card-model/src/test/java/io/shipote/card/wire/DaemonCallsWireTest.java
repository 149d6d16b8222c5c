package io.shipote.card.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.CommandCalls.ShowCommandIn;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotIn;
import io.shipote.card.wire.DaemonCalls.ImportSnapshotOut;
import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.card.wire.PipelineCalls.ShowPipelineIn;
import io.shipote.card.wire.PipelineCalls.ShowSavedPipelineIn;
import io.shipote.card.wire.WireJson.InvalidParameter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The exact JSON of calls and replies, as it goes over the wire: what is here is promised to clients. */
class DaemonCallsWireTest {
    private final WireJson json = new WireJson();

    private static ObjectNode tree(String text) {
        return (ObjectNode) CardJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private void call(String text, Object expected) throws InvalidParameter {
        assertEquals(expected, json.fromCall(tree(text), expected.getClass()));
        assertEquals(tree(text).toString(), json.toTree(expected).toString());
    }

    private void reply(String text, Object expected) {
        assertEquals(expected, json.fromReply(tree(text), expected.getClass()));
        assertEquals(tree(text).toString(), json.toTree(expected).toString());
    }

    @Test
    void importSnapshot() throws InvalidParameter {
        call(
                "{'workspaces':[]}",
                new ImportSnapshotIn(
                        List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        call(
                "{'workspaces':[{'id':'a'}],'saved_pipelines':[{'name':'b'}],'live_pipelines':[{'tap':true}],"
                        + "'dry_run':true,'start':false}",
                new ImportSnapshotIn(
                        List.of(tree("{'id':'a'}")),
                        Optional.of(List.of(tree("{'name':'b'}"))),
                        Optional.of(List.of(tree("{'tap':true}"))),
                        Optional.of(true),
                        Optional.of(false)));
        reply(
                "{'entries':[{'kind':'workspace','id':'a','label':'w','outcome':'imported','notes':['x','y']},"
                        + "{'kind':'command','label':'c','outcome':'refused','notes':[]}]}",
                new ImportSnapshotOut(List.of(
                        new ImportedEntry("workspace", Optional.of("a"), "w", "imported", List.of("x", "y")),
                        ImportedEntry.refused("command", "c", List.of()))));
    }

    @Test
    void upgrade() throws InvalidParameter {
        call("{}", new UpgradeIn(Optional.empty(), Optional.empty(), Optional.empty()));
        call(
                "{'java':'/j','class_path':['/a.jar','/b.jar'],'jvm_flags':['-Xmx1g']}",
                new UpgradeIn(
                        Optional.of("/j"), Optional.of(List.of("/a.jar", "/b.jar")), Optional.of(List.of("-Xmx1g"))));
        reply(
                "{'pid':7,'version':'0.2.0','previous':'0.1.0','paused_ms':312}",
                new UpgradeOut(7, "0.2.0", "0.1.0", 312));
    }

    @Test
    void showWithAndWithoutTheEnvironment() throws InvalidParameter {
        call("{'target':'a'}", new ShowCommandIn("a", Optional.empty()));
        call("{'target':'a','show_env':true}", new ShowCommandIn("a", Optional.empty(), Optional.of(true)));
        call(
                "{'target':'a','discern':'first','show_env':true}",
                new ShowPipelineIn("a", Optional.empty(), Optional.of(EdgeLook.FIRST), Optional.of(true)));
        call(
                "{'name':'a','version':2,'show_env':true}",
                new ShowSavedPipelineIn("a", Optional.of(2L), Optional.of(true)));
    }
}
