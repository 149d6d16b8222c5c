package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is told of a new version that does not start. */
class PreflightTest {
    @Test
    void saysInOneLineWhyItDidNotStart() {
        assertEquals(
                "Unrecognized VM option 'Nope'; Error: no",
                Preflight.cut("Unrecognized VM option 'Nope'\n  Error: no\n"));
        assertEquals("it ended without a word", Preflight.cut(" \n"));
    }

    @Test
    void whatIsNoDaemonIsCalledThat() {
        assertEquals(
                "what --jar names is no daemon of shipote: it has no class io.shipote.daemon.Main",
                Preflight.cut("Error: Could not find or load main class io.shipote.daemon.Main\n"
                        + "Caused by: java.lang.ClassNotFoundException: io.shipote.daemon.Main\n"));
    }

    @Test
    void whatJavaLogsBesideIsLeftOutUnlessItIsAll() {
        String logged = "[0.021s][warning][cds,dynamic] Unable to use shared archive.";
        assertEquals("Error: a", Preflight.cut(logged + "\nError: a\n"));
        assertEquals(logged, Preflight.cut(logged + "\n"));
    }
}
