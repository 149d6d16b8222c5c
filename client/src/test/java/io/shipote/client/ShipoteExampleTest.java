package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandCalls.WaitOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example in the Javadoc of {@link Shipote} is compiled here, and stands there as it stands here. */
class ShipoteExampleTest {
    private static final Path SOURCES = Path.of("src");
    private static final String THIS = "test/java/io/shipote/client/ShipoteExampleTest.java";

    /** Not run: the test only compares its text. */
    void example() {
        // begin
        try (Shipote shipote = Shipote.connect()) {
            String ws = shipote.workspaces().create(WorkspaceSpec.of("nightly")).id();
            ObjectNode sort = CommandRef.nativeCommand("sort", "sort", List.of("/srv/in.txt"))
                    .encode();
            String id = shipote.commands().run(ws, sort).id();
            WaitOut end = shipote.commands().await(id, Optional.empty());
            if (end.status() != 0) {
                System.err.println(end.why());
            }
            shipote.workspaces().delete(ws, Optional.empty());
        }
        // end
    }

    @Test
    void theJavadocHasTheExampleThatCompiles() throws IOException {
        String source = Files.readString(SOURCES.resolve(THIS));
        String compiled = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("        // end\n"));
        String javadoc = Files.readString(SOURCES.resolve("main/java/io/shipote/client/Shipote.java"));
        String shown = javadoc.substring(javadoc.indexOf("{@code\n") + 7, javadoc.indexOf(" * }</pre>"));
        assertTrue(shown.contains("Shipote.connect()"));
        assertEquals(
                withoutSpace(compiled),
                withoutSpace(shown.lines().map(line -> line.substring(2)).collect(Collectors.joining())));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
