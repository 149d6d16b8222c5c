package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecFileTest {
    private static final String TOML = """
            label = "logs"
            restart_on_failure = "yes"   # wrong

            [[nodes]]
            label = "read"
            payload = { Native = { exec = "/usr/bin/cat", argv = ["a"], envp = [["K", "V"]] } }

            [[nodes]]
              label = " "
              [nodes.payload.Native]
              exec = "sort"
              argv = [
                "b = c",
              ]

            [[edges]]
            from = 0
            from_output = "stdout"
            to = 7
            to_input = 'stdin'
            """;

    @TempDir
    Path directory;

    private final Cli cli = Cli.at(Path.of("/nonexistent/sock"));

    private static SpecFile parse(String name, String text) {
        return SpecFile.parse(name, name.endsWith(".toml"), text.getBytes(StandardCharsets.UTF_8));
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void tomlAndJsonGiveTheSameTree() {
        SpecFile toml = parse("x.toml", TOML);
        String json = CardText.pretty(toml.tree(), 0);
        assertEquals(toml.tree(), parse("x.json", json).tree());
        assertEquals(
                "[[\"K\",\"V\"]]",
                toml.tree().at("/nodes/0/payload/Native/envp").toString());
    }

    @Test
    void findsPlacesInToml() {
        SpecFile file = parse("x.toml", TOML);
        assertEquals("x.toml:1:1: ", file.place("label"));
        assertEquals("x.toml:2:1: ", file.place("restart_on_failure"));
        assertEquals("x.toml:6:1: ", file.place("nodes[0].payload.Native.exec"));
        assertEquals("x.toml:9:3: ", file.place("nodes[1].label"));
        assertEquals("x.toml:10:3: ", file.place("nodes[1].payload.Native.envp"));
        assertEquals("x.toml:12:3: ", file.place("nodes[1].payload.Native.argv[0]"));
        assertEquals("x.toml:16:1: ", file.place("edges[0]"));
        assertEquals("x.toml:19:1: ", file.place("edges[0].to"));
        assertEquals("x.toml:1:1: ", file.place("workspace"));
    }

    @Test
    void findsPlacesInJson() {
        SpecFile file = parse("x.json", "{\n  \"label\": \"a\",\n  \"nodes\": [\n    {\"label\": \"\"}, 7]\n}");
        assertEquals("x.json:2:12: ", file.place("label"));
        assertEquals("x.json:4:15: ", file.place("nodes[0].label"));
        assertEquals("x.json:4:20: ", file.place("nodes[1]"));
        assertEquals("x.json:4:5: ", file.place("nodes[0].payload"));
        assertEquals("x.json:1:1: ", file.place("discern.sample_bytes"));
    }

    @Test
    void stringsOfSeveralLinesHideNoKeys() {
        SpecFile file = parse("x.toml", "a = \"\"\"\nlabel = 1\n\"\"\"\n  label = '''x'''\n\"k.x\".y = 1\n");
        assertEquals("x.toml:4:3: ", file.place("label"));
        assertEquals("x.toml:5:1: ", file.place("k.x.y"));
    }

    @Test
    void syntaxErrorsHaveTheirPlace() {
        for (String bad : List.of("label = \"a\"\nlabel = \"b\"\n", "a = 1\nb = \n", "a = 1\n[x\n")) {
            SpecException failure = assertThrows(SpecException.class, () -> parse("x.toml", bad), bad);
            assertTrue(failure.getMessage().startsWith("x.toml:"), failure.getMessage());
            assertTrue(failure.getMessage().endsWith("(the file is no TOML)"), failure.getMessage());
        }
        SpecException failure = assertThrows(SpecException.class, () -> parse("x.json", "{\n \"a\": 1,\n}"));
        assertTrue(failure.getMessage().startsWith("x.json:3:1: "), failure.getMessage());
        assertThrows(SpecException.class, () -> parse("x.json", "[]"));
        assertThrows(SpecException.class, () -> parse("x.json", ""));
    }

    @Test
    void checkTellsAllProblemsAtOnce() throws IOException {
        String path = write("bad.toml", TOML);
        assertEquals(1, cli.run("pipeline", "check", path));
        List<String> lines = cli.err().lines().toList();
        assertTrue(lines.get(0).startsWith("shipote: " + path + ":2:1: restart_on_failure"), cli.err());
        assertEquals(1, cli.run("--json", "pipeline", "check", path));
        assertTrue(cli.out().contains("\"path\": \"restart_on_failure\""), cli.out());
        String torn = write("torn.toml", "label = ");
        assertEquals(1, cli.run("--json", "pipeline", "check", torn));
        assertTrue(cli.out().contains("\"message\": \"" + torn + ":1:"), cli.out());
        assertEquals("", cli.err());
    }

    @Test
    void checkFindsWhatCannotRun() throws IOException {
        String fixed = TOML.replace("\"yes\"", "true").replace("  argv", "  envp = []\n  argv");
        String path = write("bad.toml", fixed);
        assertEquals(1, cli.run("pipeline", "check", path));
        assertTrue(cli.err().contains(path + ":9:3: nodes[1].label"), cli.err());
        assertTrue(cli.err().contains(path + ":20:1: edges[0].to"), cli.err());
    }

    @Test
    void aDryRunPrintsWhatWouldRunAndTellsBadValues() throws IOException {
        String path = write("vars.json", """
                {"label":"${WHO}","nodes":[{"label":"n","payload":{"Native":{"exec":"x","argv":[],"envp":[]}}}],
                 "shipote":{"vars":{"WHO":{"required":true,"description":"somebody"}}}}""");
        assertEquals(0, cli.run("pipeline", "run", "--dry-run", "--var", "WHO=me", path), cli.err());
        assertTrue(cli.out().contains("\"label\": \"me\""), cli.out());
        assertTrue(!cli.out().contains("vars") && !cli.out().contains("workspace"), cli.out());
        assertEquals(2, cli.run("pipeline", "run", "--dry-run", path));
        assertTrue(cli.err().contains("vars.WHO: needs a value: somebody"), cli.err());
        assertEquals(2, cli.run("pipeline", "run", "--dry-run", "--var", "WHO=a", "--var", "X=b", path));
        assertTrue(cli.err().contains("vars.X: is not declared; declared are WHO"), cli.err());
    }

    @Test
    void checkAndGraphNeedNoDaemon() throws IOException {
        String good = TOML.replace("\"yes\"", "true")
                .replace("\" \"", "\"sort \\\"it\\\"\"")
                .replace("to = 7", "to = 1")
                .replace("  argv", "  envp = []\n  argv");
        String path = write("good.toml", good);
        assertEquals(0, cli.run("pipeline", "check", path), cli.err());
        assertEquals("ok: 2 commands, 1 edge\n", cli.out());
        assertEquals(0, cli.run("pipeline", "graph", path));
        assertEquals("● read\n● sort \"it\"\n\nread [stdout] -> [stdin] sort \"it\"\n", cli.out());
        String drawn = cli.out();
        assertEquals(0, cli.run("--json", "pipeline", "graph", path), cli.err());
        JsonNode document = CardJson.parse(cli.out().getBytes(StandardCharsets.UTF_8));
        assertEquals("text", document.path("format").asText());
        assertEquals(drawn, document.path("graph").asText());
        assertEquals(0, cli.run("pipeline", "graph", "--format", "dot", path));
        assertEquals("""
                digraph "logs" {
                  rankdir=LR;
                  n0 [label="read", shape=box];
                  n1 [label="sort \\"it\\"", shape=box];
                  n0 -> n1 [label="stdout → stdin"];
                }
                """, cli.out());
        assertEquals(0, cli.run("pipeline", "graph", "--format=mermaid", path));
        assertEquals("""
                flowchart LR
                  n0["read"]
                  n1["sort #quot;it#quot;"]
                  n0 -->|"stdout → stdin"| n1
                """, cli.out());
        assertEquals(2, cli.run("pipeline", "graph", "--format=svg", path));
    }

    @Test
    void aGraphTellsWhatIsSpecialOfEachEdge() throws IOException {
        String node = "{\"label\":\"%s\",\"payload\":{\"Native\":{\"exec\":\"x\",\"argv\":[],\"envp\":[]}}}";
        String path = write("kinds.json", """
                {"label":"kinds","nodes":[%s,%s,%s],"edges":[
                {"from":0,"from_output":"3","to":1,"to_input":"stdin","shipote":{"mode":"stream","tap":true}},
                {"from":0,"from_output":"stdout","to":2,"to_input":"4","shipote":{"merge":"bytes","pipe_bytes":8192}},
                {"from":1,"from_output":"stderr","to":2,"to_input":"4","shipote":{"merge":"bytes"}}]}""".formatted(node.formatted("a"), node.formatted("b"), node.formatted("c")));
        assertEquals(0, cli.run("pipeline", "graph", path), cli.err());
        assertEquals("""
                ● a
                ├─╮
                ● │ b
                ├─╯
                ● c

                a [3] -> [stdin] b  (stream, tapped)
                a [stdout] -> [4] c  (mixed by bytes, pipe of 8192 bytes)
                b [stderr] -> [4] c  (mixed by bytes)
                """, cli.out());
        assertEquals(0, cli.run("pipeline", "graph", "--format", "dot", path));
        assertTrue(cli.out().contains("  n0 -> n1 [label=\"3 → stdin (stream, tapped)\", style=bold];\n"), cli.out());
        assertTrue(cli.out().contains("  n1 -> n2 [label=\"stderr → 4 (mixed by bytes)\"];\n"), cli.out());
        assertEquals(0, cli.run("pipeline", "graph", "--format", "mermaid", path));
        assertTrue(cli.out().contains("  n0 ==>|\"3 → stdin (stream, tapped)\"| n1\n"), cli.out());
        assertTrue(cli.out().contains("  n1 -->|\"stderr → 4 (mixed by bytes)\"| n2\n"), cli.out());
    }

    @Test
    void aWorkspaceSpecIsCheckedBeforeItIsSent() throws IOException {
        String path = write("w.toml", "label = \" \"\nttl = -1\non_exit = \"never\"\n");
        assertEquals(1, cli.run("--no-start", "ws", "create", path));
        assertTrue(cli.err().contains("w.toml:1:1: label"), cli.err());
        assertTrue(cli.err().contains("w.toml:2:1: ttl"), cli.err());
        assertTrue(cli.err().contains("w.toml:3:1: on_exit"), cli.err());
    }

    @Test
    void tellsOfAFileThatIsMissingOrTooLarge() throws IOException {
        assertEquals(
                1, cli.run("pipeline", "check", directory.resolve("none.toml").toString()));
        assertTrue(cli.err().contains("no such file"), cli.err());
        String large = write("large.json", " ".repeat(SpecFile.MAX + 1));
        assertEquals(1, cli.run("pipeline", "check", large));
        assertTrue(cli.err().contains("more than 1048576 bytes"), cli.err());
    }
}
