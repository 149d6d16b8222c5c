package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamFormTest {
    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = UpstreamFormTest.class.getResourceAsStream("/fixtures/snapshot/" + name)) {
            return in.readAllBytes();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void whatIsUpstreamsAlreadyStaysByteForByte() throws IOException {
        byte[] file = fixture("state-v4.json");
        UpstreamForm form = UpstreamForm.of(Snapshot.decode(file));
        assertArrayEquals(file, SnapshotLayout.write(form.snapshot()));
        assertEquals(List.of(), form.leftOut());
    }

    @Test
    void ourObjectsAreGoneWhereverTheyStood() throws IOException {
        String file = text(fixture("state-v4.json"));
        // Before the first closing brace of each kind of entry, and at the root.
        String with = file.replace(
                        "\"tap\": true\n", "\"tap\": true,\n      \"shipote\": {\n        \"id\": \"x\"\n      }\n")
                .replaceFirst("\\n}$", ",\n  \"shipote\": {\n    \"a\": 1\n  }\n}");
        assertEquals(true, with.length() > file.length() + 60, "nothing was put in");
        UpstreamForm form = UpstreamForm.of(Snapshot.decode(with.getBytes(StandardCharsets.UTF_8)));
        assertEquals(file, text(SnapshotLayout.write(form.snapshot())));
    }

    @Test
    void anOlderFileBecomesVersionFour() throws IOException {
        UpstreamForm form = UpstreamForm.of(Snapshot.decode(fixture("state-v1.json")));
        Snapshot again = Snapshot.decode(SnapshotLayout.write(form.snapshot()));
        assertEquals(4, again.version());
        assertEquals(2, again.goodWorkspaces().size());
        assertEquals(List.of(), again.savedPipelines().orElseThrow());
        assertEquals(List.of(), again.livePipelines().orElseThrow());
    }

    @Test
    void whatUpstreamCannotHaveIsTold() throws IOException {
        UpstreamForm bad = UpstreamForm.of(Snapshot.decode(fixture("state-v4-one-bad-label.json")));
        assertEquals(1, bad.leftOut().size(), bad.leftOut()::toString);
        String file = ("{'version':4,'timestamp_ms':7,'workspaces':["
                        + "{'id':'01HZZZZZZZZZZZZZZZZZZZZZZ1','spec':{'label':'a'},'shipote':{'commands':[{},{}]}},"
                        + "{'id':'01HZZZZZZZZZZZZZZZZZZZZZZ2','spec':{'label':'b'},'shipote':{'state':'deleting'}}],"
                        + "'live_pipelines':[{'workspace':'01HZZZZZZZZZZZZZZZZZZZZZZ2',"
                        + "'spec':{'label':'p','workspace':'01HZZZZZZZZZZZZZZZZZZZZZZ2','nodes':[]},'tap':false}]}")
                .replace('\'', '"');
        UpstreamForm form = UpstreamForm.of(Snapshot.decode(file.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                List.of("2 declared commands of workspace 'a'", "workspace 'b', which is being deleted"),
                form.leftOut());
        assertEquals(1, form.snapshot().workspaces().size());
        assertEquals(List.of(), form.snapshot().livePipelines().orElseThrow());
    }
}
