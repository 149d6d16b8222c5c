package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.ShipoteException;
import io.shipote.daemon.control.Peer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The next program's command line, and what is left to it. */
class ProcessImageTest {
    private static final Peer BY = new Peer(1000, 77);

    private static final String MAIN = "io.shipote.daemon.Main";

    private static ProcessImage image(String words) {
        return new ProcessImage(List.of(words.split(" ")), List.of("A=b"));
    }

    private static UpgradeIn in(String java, List<String> classPath, String... flags) {
        return new UpgradeIn(
                Optional.ofNullable(java),
                Optional.of(classPath).filter(all -> !all.isEmpty()),
                Optional.of(List.of(flags)));
    }

    private static String changed(String words, UpgradeIn in) {
        return String.join(" ", image(words).changed(in).words());
    }

    @Test
    void withoutAWishItIsTheSame() {
        String words = "/j/bin/java -Xms8m -cp /a.jar " + MAIN + " --socket /s";
        assertEquals("/j/bin/java -Xms8m -cp /a.jar " + MAIN + " --socket /s", changed(words, in(null, List.of())));
        assertEquals(
                "/j/bin/java -jar /a.jar --socket /s",
                changed("/j/bin/java -jar /a.jar --socket /s", in(null, List.of())));
    }

    @Test
    void virtualMachineJarsAndFlagsAreExchanged() {
        assertEquals(
                "/k/java -Xms8m -Xss1m -cp /b.jar:/c.jar " + MAIN + " --socket /s",
                changed(
                        "/j/java -Xss1m -classpath /a.jar -Xms8m " + MAIN + " --recover --generation 2 --socket /s",
                        in("/k/java", List.of("/b.jar", "/c.jar"), "-Xss1m")));
        assertEquals(
                "/j/java -cp /b.jar " + MAIN + " --socket /s",
                changed("/j/java -jar /a.jar --socket /s", in(null, List.of("/b.jar"))));
    }

    @Test
    void aVirtualMachineByNameIsThatOfThisProcess() {
        assertEquals(
                System.getProperty("java.home") + "/bin/java -cp /a.jar " + MAIN,
                changed("java -cp /a.jar " + MAIN, in(null, List.of())));
    }

    @Test
    void whatIsNoPathAndNoFlagIsRefused() {
        ProcessImage own = image("/j/java -cp /a.jar " + MAIN);
        for (UpgradeIn wrong : List.of(
                in("java", List.of()),
                in(null, List.of("a.jar")),
                in(null, List.of(), "Other"),
                in(null, List.of(), "-cp"))) {
            assertThrows(ShipoteException.class, () -> own.changed(wrong), wrong::toString);
        }
        assertThrows(ShipoteException.class, () -> image("/j/java -cp /a.jar other.Main")
                .changed(in(null, List.of())));
    }

    @Test
    void theSocketStaysWhereItIs() {
        assertEquals(
                "/j/java --socket /a",
                String.join(
                        " ",
                        image("/j/java --socket /a").listeningOn(Path.of("/b")).words()));
        assertEquals(
                "/j/java --socket /b",
                String.join(" ", image("/j/java").listeningOn(Path.of("/b")).words()));
    }

    @Test
    void bytesThatAreNoTextGoThrough() {
        ProcessImage odd = new ProcessImage(List.of("/j/java", "-Da=\u00ff", MAIN), List.of());
        assertEquals("-Da=\u00ff", odd.changed(in(null, List.of())).words().get(1));
        assertEquals(
                "-Db=\u00c3\u00a9",
                odd.changed(in(null, List.of(), "-Db=\u00e9")).words().get(2));
    }

    private static ProcessImage image(String... words) {
        return new ProcessImage(List.of(words), List.of());
    }

    @Test
    void anArchiveOfClassesTakesThePlaceOfTheEarlierOne() {
        ClassArchive archives = new ClassArchive(Path.of("/s"));
        ProcessImage plain = image("/j", "-Xmx64m", "-cp", "d.jar", Main.class.getName(), "--socket", "/x");
        ProcessImage first = plain.withArchive(Path.of("/s/classes/1.jsa"));
        assertEquals("-XX:SharedArchiveFile=/s/classes/1.jsa", first.words().get(1));
        assertTrue(first.mayHaveArchive(archives));
        assertEquals(plain.withArchive(Path.of("/s/classes/2.jsa")), first.withArchive(Path.of("/s/classes/2.jsa")));
        assertEquals(plain, first.withoutArchive());
        assertEquals(
                List.of(
                        "/j",
                        "-XX:ArchiveClassesAtExit=/s/classes/new.jsa",
                        "-Xmx64m",
                        "-cp",
                        "d.jar",
                        Rehearsal.class.getName(),
                        "/tmp/r"),
                first.rehearsal(Path.of("/s/classes/new.jsa"), Path.of("/tmp/r"))
                        .words());
        // Somebody else's is left alone, and a program of which it cannot be told what it is goes without.
        assertFalse(plain.withArchive(Path.of("/else/1.jsa")).mayHaveArchive(archives));
        assertFalse(image("/j", "-jar", "d.jar").mayHaveArchive(archives));
    }

    @Test
    void flagsThatAnotherJavaDoesNotKnowAreLeftOut() {
        ProcessImage old = image("/j", "-Xmx64m", "-cp", "d.jar", Main.class.getName());
        ProcessImage young = old.adaptedTo(25);
        assertEquals(
                List.of(
                        "/j",
                        "-Xmx64m",
                        "-cp",
                        "d.jar",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        Main.class.getName()),
                young.words());
        assertEquals(old, young.adaptedTo(17));
        assertEquals(young, young.adaptedTo(25));
    }

    @Test
    void whatIsHandedOverIsReadBack() throws StartException {
        HandOver left = new HandOver(
                7, 1234, 30, true, 31, 32, OptionalInt.of(33), List.of(40, 41), OptionalInt.empty(), BY, "0.1.0", "17");
        assertEquals(left, HandOver.parse(left.text()));
        HandOver least = new HandOver(
                7, 1234, 30, false, 31, 32, OptionalInt.empty(), List.of(), OptionalInt.empty(), BY, "0.1.0", "17");
        assertEquals(least, HandOver.parse(least.text()));
        assertThrows(StartException.class, () -> HandOver.parse("pid=7 listener=x"));
    }

    @Test
    void whatIsSaidToSomebodyElseIsNotBelieved() throws StartException {
        String text = new HandOver(
                        7, 1, 3, false, 4, 5, OptionalInt.empty(), List.of(), OptionalInt.empty(), BY, "1", "17")
                .text();
        Map<String, String> environment =
                Map.of("SHIPOTE_HANDOVER", text, "LISTEN_PID", "7", "LISTEN_FDS", "1", "PATH", "/bin");
        assertEquals(1, Inherited.of(environment, 7).systemd());
        assertEquals(true, Inherited.of(environment, 7).handOver().isPresent());
        assertEquals(new Inherited(Optional.empty(), 0), Inherited.of(environment, 8));
        assertEquals(Map.of("PATH", "/bin"), Inherited.without(environment));
        assertThrows(StartException.class, () -> Inherited.of(Map.of("LISTEN_PID", "8", "LISTEN_FDS", "some"), 8));
    }
}
