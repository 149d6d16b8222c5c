package io.shipote.pipeline.discern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.Discernment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscernTest {
    private static final String JSON = "{\"name\": \"Zoë\", \"list\": [1, 2, {\"a\": \"b,c\\n\"}], \"π\": 3.14}";
    private static final String LINES =
            "{\"n\":1,\"text\":\"ünïcode\"}\n{\"n\":2,\"text\":\"x\"}\n{\"n\":3,\"text\":\"y\"}\n";
    private static final String TOML =
            "# settings\ntitle = \"größer\"\nports = [\n  8000,\n  8001,\n]\n\n[owner]\nname = 'Tom'\nsince = 1979-05-27\n";
    private static final String CSV =
            "id,name,city\n1,Ann,\"Paris, FR\"\n2,Jürgen,Köln\n3,Li,北京\n4,Bo,Oslo\n5,Cy,Rome\n";
    private static final String PROSE =
            "It was late, and nobody came. The street, wet and dark, was empty.\nHe waited, as he always did, near the door.\n";

    private final Discern discern = new Discern();

    private Discernment look(byte[] bytes) {
        return discern.look(Sample.all(bytes), Optional.empty());
    }

    private Discernment look(String text) {
        return look(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void structuresAreTold() {
        assertEquals("json", look(JSON).structure());
        assertEquals("application/json", look(JSON).mediaType());
        assertEquals("jsonl", look(LINES).structure());
        assertEquals("toml", look(TOML).structure());
        assertEquals("csv", look(CSV).structure());
        assertEquals(
                "tsv",
                look(CSV.replace(',', '\t').replace("\"Paris\t FR\"", "Paris")).structure());
        assertEquals("text", look(PROSE).structure());
        assertEquals("text", look("just a line\n").structure());
        assertEquals("xml", look("<?xml version=\"1.0\"?>\n<a><b/></a>\n").structure());
        assertEquals("empty", look("").structure());
    }

    /** Wherever it is cut once there is enough of it, also inside a character, a string or a line. */
    @Test
    void aCutSampleGetsTheSameVerdict() {
        for (String[] one :
                new String[][] {{JSON, "json", "12"}, {LINES, "jsonl", "40"}, {TOML, "toml", "30"}, {CSV, "csv", "34"}
                }) {
            byte[] bytes = one[0].getBytes(StandardCharsets.UTF_8);
            for (int length = Integer.parseInt(one[2]); length < bytes.length; length++) {
                Discernment seen = discern.look(Sample.head(Arrays.copyOf(bytes, length)), Optional.empty());
                assertEquals(one[1], seen.structure(), "the first " + length + " bytes of " + one[0]);
            }
        }
    }

    /** A sample from the middle of a stream begins in the middle of a line. */
    @Test
    void aSampleFromTheMiddleGetsTheSameVerdict() {
        byte[] lines = LINES.repeat(3).getBytes(StandardCharsets.UTF_8);
        byte[] table = CSV.repeat(3).getBytes(StandardCharsets.UTF_8);
        for (int from = 1; from < 60; from++) {
            assertEquals("jsonl", middle(lines, from).structure(), "from " + from);
            assertEquals("csv", middle(table, from).structure(), "from " + from);
        }
    }

    private Discernment middle(byte[] bytes, int from) {
        byte[] part = Arrays.copyOfRange(bytes, from, bytes.length - 2);
        return discern.look(new Sample(part, false, false), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE, fffe", "UTF-16BE, feff", "UTF-8, efbbbf"})
    void aByteOrderMarkTellsTheEncoding(String charset, String mark) {
        byte[] text = PROSE.getBytes(Charset.forName(charset));
        byte[] bytes = new byte[mark.length() / 2 + text.length];
        for (int i = 0; i < mark.length() / 2; i++) {
            bytes[i] = (byte) Integer.parseInt(mark.substring(2 * i, 2 * i + 2), 16);
        }
        System.arraycopy(text, 0, bytes, mark.length() / 2, text.length);
        Discernment seen = look(bytes);
        assertEquals(
                charset.equals("UTF-8") ? "US-ASCII" : charset, seen.encoding().orElseThrow());
        assertEquals("text", seen.structure());
    }

    @Test
    void encodings() {
        assertEquals("US-ASCII", look(PROSE).encoding().orElseThrow());
        assertEquals("UTF-8", look(CSV).encoding().orElseThrow());
        byte[] russian = "Привет, мир. Это простой русский текст, достаточно длинный для догадки.\n"
                .getBytes(Charset.forName("windows-1251"));
        assertEquals("WINDOWS-1251", look(russian).encoding().orElseThrow());
        assertTrue(look(russian).confidence() < look(PROSE).confidence(), "a guessed encoding is less sure");
    }

    @Test
    void binaryIsToldByItsFirstBytes() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(JSON.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("application/gzip", look(zipped.toByteArray()).mediaType());
        assertEquals("binary", look(zipped.toByteArray()).structure());
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13};
        assertEquals("image/png", look(png).mediaType());
        byte[] noise = {0, 1, 2, 3, (byte) 0xfe, 4, 0, 9, (byte) 0x81};
        assertEquals("application/octet-stream", look(noise).mediaType());
        assertTrue(look(noise).encoding().isEmpty());
    }

    @Test
    void cardsAreToldFromOtherJson() {
        assertEquals(
                "{\"wit\":{\"package\":\"brahman:card\",\"interface\":null,\"name\":\"card\"}}",
                look("{\"schema_version\":1,\"id\":\"x\",\"payload\":{}}")
                        .type()
                        .toString());
        assertEquals("pipeline", name(look("{\"label\":\"p\",\"workspace\":\"w\",\"nodes\":[]}")));
        assertEquals("workspace", name(look("{\"label\":\"p\",\"soma\":{}}")));
        assertEquals("snapshot", name(look("{\"version\":4,\"timestamp_ms\":1,\"workspaces\":[]}")));
        assertEquals("{\"primitive\":{\"name\":\"json\"}}", look(JSON).type().toString());
    }

    private static String name(Discernment seen) {
        return seen.type().at("/wit/name").asText();
    }

    @Test
    void aNameDecidesOnlyBetweenKindsOfText() {
        byte[] text = "# Title\n\nSome words.\n".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "text/markdown",
                discern.look(Sample.all(text), Optional.of("README.md")).mediaType());
        byte[] json = JSON.getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "application/json",
                discern.look(Sample.all(json), Optional.of("README.md")).mediaType());
    }

    /** As after a copy that was broken off, also inside a character. */
    @Test
    void aFileThatLacksItsEndIsStillOfItsKind() {
        for (String[] one : new String[][] {{JSON, "json"}, {LINES, "jsonl"}}) {
            byte[] bytes = one[0].getBytes(StandardCharsets.UTF_8);
            for (int length = one[1].equals("json") ? 28 : 40; length < bytes.length - 4; length++) {
                Discernment seen = look(Arrays.copyOf(bytes, length));
                assertEquals(one[1], seen.structure(), "the first " + length + " bytes of " + one[0]);
                assertEquals("UTF-8", seen.encoding().orElseThrow());
            }
        }
        Discernment cut = look("{\"a\": 1\n");
        assertEquals("json", cut.structure());
        assertEquals("the beginning of a JSON document; its end is missing", cut.why());
        assertTrue(cut.confidence() < look("{\"a\": 1}\n").confidence());
        assertEquals("text", look("{\n").structure(), "a bracket alone is nothing");
        assertEquals("text", look("[1] one\n[2] two\n[").structure());
    }

    @Test
    void aLonelyByteBeyondAsciiIsOfAnotherEncoding() {
        byte[] latin = ("A drink that people like is called caf" + "é").getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(!look(latin).encoding().equals(Optional.of("UTF-8")), look(latin)::toString);
        assertEquals("text", look(latin).structure());
    }

    @Test
    void whatIsBrokenIsText() {
        assertEquals("text", look("{\"a\": 1, oops}\n").structure());
        assertEquals("text", look("a = = b\nc\n").structure());
        assertEquals(
                "text",
                look("[2026-11-21 10:00:00] INFO started\n[2026-11-21 10:00:01] INFO done\n")
                        .structure());
        assertEquals("text", look("a,b,c\nd,e\nf\n").structure());
    }
}
