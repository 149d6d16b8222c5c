package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.client.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FlowTextTest {
    private static final String STAGES = "[{'label':'cat'},{'label':'sort'},{'label':'uniq'}]";

    private static JsonNode tree(String json) {
        return CardJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String edge(int index, String from, String to, long backlog, long blocked) {
        return "{'pipeline':'01ARZ3NDEKTSV4RRFFQ69G5FAV','label':'words','edge':" + index + ",'from':'" + from
                + "','from_output':'stdout','to':'" + to + "','path':'pumped','bytes':3145728,'bytes_per_s':2048,"
                + "'backlog_bytes':" + backlog + ",'pipe_bytes':65536,'blocked_ms':" + blocked + ",'sampled':false}";
    }

    private static Bottleneck bottleneck(long first, long second) {
        return new Bottleneck(
                tree(STAGES),
                tree("[" + edge(0, "cat", "sort", first, 900) + "," + edge(1, "sort", "uniq", second, 0) + "]"),
                tree("[" + edge(0, "cat", "sort", 0, 470) + "]"));
    }

    @Test
    void listsEdges() {
        String two = "[" + edge(0, "cat", "sort", 65_536, 0)
                + ",{'pipeline':'01ARZ3NDEKTSV4RRFFQ69G5FAV','label':'words','edge':1,'from':'sort',"
                + "'from_output':'stderr','to':'log','path':'direct','bytes':12,'bytes_per_s':0,'backlog_bytes':0,"
                + "'pipe_bytes':0,'sampled':true}]";
        assertEquals("""
                PIPELINE                    LABEL  EDGE  FROM->TO          PATH    BYTES  RATE    BACKLOG  SEEN
                01ARZ3NDEKTSV4RRFFQ69G5FAV  words  0     cat->sort         pumped  3.0M   2.0K/s  100%     exact
                01ARZ3NDEKTSV4RRFFQ69G5FAV  words  1     sort:stderr->log  direct  12B    0B/s    -        sampled
                """, FlowText.list(tree(two)));
        assertEquals("(no edges: no pipeline runs)\n", FlowText.list(tree("[]")));
    }

    @Test
    void keepsTheCourseOfEachEdge() {
        FlowText.Course course = new FlowText.Course();
        JsonNode flows = tree("[" + edge(0, "cat", "sort", 32_768, 1_500) + "]");
        assertEquals("""
                EDGE  FROM->TO   BYTES  RATE    BACKLOG  BLOCKED  SEEN   COURSE
                0     cat->sort  3.0M   2.0K/s  50%      1s       exact  █
                """, course.table(flows));
        assertTrue(course.table(flows).endsWith("exact  ██\n"));
    }

    @Test
    void theFirstStageWithAFullInputAndAnEmptyOutputHoldsTheOthersUp() {
        assertEquals("sort", bottleneck(60_000, 100).stage());
        assertEquals(
                "sort holds the others up: its input cat->sort is 92% full, its output sort->uniq only 0%; "
                        + "what feeds it was blocked for 430 ms of the last second",
                bottleneck(60_000, 100).text());
    }

    @Test
    void aFullOutputMeansThatTheOneBehindIsIt() {
        assertEquals("uniq", bottleneck(60_000, 65_536).stage());
        assertEquals(
                "uniq holds the others up: its input sort->uniq is 100% full and nothing is behind it",
                bottleneck(60_000, 65_536).text());
    }

    @Test
    void nobodyHoldsUpWhatFlows() {
        assertNull(bottleneck(1_000, 1_000).stage());
        assertEquals("no stage holds the others up", bottleneck(1_000, 1_000).text());
        assertEquals("nothing flows now", new Bottleneck(tree(STAGES), tree("[]"), tree("[]")).text());
    }

    @Test
    void pipelineTopNamesTheStage() {
        JsonNode shown = tree("{'pipeline':{'id':'01A','label':'words','state':'running','stages':[{'label':'cat',"
                + "'state':'running','pid':7,'argv':['cat','a b'],'usage':{'cpu_percent':12.34,'memory_bytes':2048}},"
                + "{'label':'sort','state':'running','pid':8,'argv':['sort']}]}}");
        JsonNode flows = tree("{'flows':[" + edge(0, "cat", "sort", 65_536, 0) + "]}");
        PipelineTop.View view = new PipelineTop.View();
        JsonNode seen = view.next(shown, flows);
        assertEquals("sort", seen.path("bottleneck").asText());
        assertEquals("""
                pipeline words: running; sort holds the others up: its input cat->sort is 100% full and nothing is behind it

                STAGE  STATE    PID  CPU    MEMORY  COMMAND
                cat    running  7    12.3%  2.0K    cat a b
                sort   running  8    -      -       sort

                EDGE  FROM->TO   BYTES  RATE    BACKLOG  BLOCKED  SEEN   COURSE
                0     cat->sort  3.0M   2.0K/s  100%     0ms      exact  █
                """, view.text(seen));
    }

    @Test
    void nobodyHoldsUpWhatIsPaused() {
        JsonNode shown = tree("{'pipeline':{'id':'01A','label':'words','state':'paused','stages':[{'label':'cat'},"
                + "{'label':'sort'}]}}");
        JsonNode flows = tree("{'flows':[" + edge(0, "cat", "sort", 65_536, 0) + "]}");
        JsonNode seen = new PipelineTop.View().next(shown, flows);
        assertTrue(seen.path("bottleneck").isNull());
        assertEquals("nothing flows until it is resumed", seen.path("why").asText());
    }

    @Test
    void topShowsWorkspacesAndCommands() {
        JsonNode reply = tree("{'workspaces':[{'id':'01A','label':'web','state':'active','commands_alive':2,"
                + "'pipelines_alive':0,'usage':{'cpu_percent':150.04,'memory_bytes':1048576,'pids':3}}],"
                + "'runs':[{'command':'01C','label':'java','workspace':'01A','pid':7,'usage':{'cpu_percent':150.0}}],"
                + "'runs_alive':2}");
        assertEquals("""
                WORKSPACE  STATE   CMDS  PIPES  CPU     MEMORY  PROCS
                web        active  2     0      150.0%  1.0M    3

                COMMAND  WORKSPACE  PID  CPU     MEMORY  ID
                java     web        7    150.0%  -       01C
                (and 1 more)
                """, TopText.tables(reply));
        assertEquals("(nothing runs)\n", TopText.tables(tree("{'workspaces':[],'runs':[],'runs_alive':0}")));
    }

    @Test
    void groupsThousands() {
        assertEquals("0", TapOutput.grouped(0));
        assertEquals("999", TapOutput.grouped(999));
        assertEquals("12,345", TapOutput.grouped(12_345));
        assertEquals("1,234,567", TapOutput.grouped(1_234_567));
        assertEquals("18,446,744,073,709,551,615", TapOutput.grouped(-1));
    }

    @Test
    void tellsWhyBytesAreMissing() {
        assertEquals("1,000 bytes lost: reading too slowly", TapOutput.lost(new Frame.Gap(1_000, 0)));
        assertEquals("1,000 bytes lost: above --rate", TapOutput.lost(new Frame.Gap(1_000, 1_000)));
        assertEquals(
                "1,000 bytes lost: 900 above --rate, the others by reading too slowly",
                TapOutput.lost(new Frame.Gap(1_000, 900)));
    }

    @Test
    void aTerminalIsRedrawnAndAFileGoesOn() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal file = new Terminal(new Console(out, out), false);
        file.show("a\n");
        file.show("b\n");
        assertEquals("a\n\nb\n", out.toString(StandardCharsets.UTF_8));
        out.reset();
        Terminal screen = new Terminal(new Console(out, out), true);
        screen.show("a\n");
        screen.show("b\n");
        assertEquals("\033[2J\033[Ha\033[K\n\033[J\033[Hb\033[K\n\033[J", out.toString(StandardCharsets.UTF_8));
    }
}
