package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
    private static void is(ExitStatus status, int shell, String words, String json) {
        assertEquals(shell, status.shellStatus());
        assertEquals(words, status.describe());
        assertEquals(json.replace('\'', '"'), CardText.compact(status.encode()));
        Problems problems = new Problems();
        assertEquals(status, ExitStatus.decode(Cards.tree(json), "exit", problems));
        assertTrue(problems.isEmpty());
    }

    @Test
    void eachKind() {
        is(new ExitStatus.Exited(0), 0, "exit 0", "{'kind':'exited','code':0}");
        is(new ExitStatus.Exited(255), 255, "exit 255", "{'kind':'exited','code':255}");
        is(
                new ExitStatus.Signalled(15, false),
                143,
                "killed by SIGTERM (15)",
                "{'kind':'signalled','signal':15,'core_dumped':false}");
        is(
                new ExitStatus.Signalled(11, true),
                139,
                "killed by SIGSEGV (11), core dumped",
                "{'kind':'signalled','signal':11,'core_dumped':true}");
        is(
                new ExitStatus.NotStarted(2, "/x"),
                127,
                "not started: /x: no such file or directory (ENOENT)",
                "{'kind':'not_started','errno':2,'path':'/x'}");
        is(
                new ExitStatus.NotStarted(13, "/x"),
                126,
                "not started: /x: permission denied (EACCES)",
                "{'kind':'not_started','errno':13,'path':'/x'}");
        is(new ExitStatus.OomKilled(), 137, "killed: out of memory", "{'kind':'oom_killed'}");
        is(
                new ExitStatus.OomKilled(Optional.of(33_550_336L), Optional.of(33_554_432L)),
                137,
                "killed: out of memory, peak 33550336 bytes, limit 33554432 bytes",
                "{'kind':'oom_killed','peak_bytes':33550336,'limit_bytes':33554432}");
        is(new ExitStatus.Unknown(), 125, "ended, exit status unknown", "{'kind':'unknown'}");
    }

    @Test
    void onlyCodeZeroIsSuccess() {
        assertTrue(new ExitStatus.Exited(0).success());
        for (ExitStatus bad : List.of(
                new ExitStatus.Exited(1),
                new ExitStatus.Signalled(13, false),
                new ExitStatus.NotStarted(2, ""),
                new ExitStatus.OomKilled(),
                new ExitStatus.Unknown())) {
            assertFalse(bad.success(), bad.describe());
        }
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ExitStatus.Exited(256));
        assertThrows(IllegalArgumentException.class, () -> new ExitStatus.Exited(-1));
        assertThrows(IllegalArgumentException.class, () -> new ExitStatus.Signalled(0, false));
        assertThrows(IllegalArgumentException.class, () -> new ExitStatus.Signalled(65, false));
    }

    @Test
    void badFormsAreProblems() {
        String[][] cases = {
            {"{}", "exit.kind: is missing"},
            {
                "{'kind':'gone'}",
                "exit.kind: must be one of \"exited\", \"signalled\", \"not_started\", \"oom_killed\", \"unknown\", not \"gone\""
            },
            {"{'kind':'exited'}", "exit.code: is missing"},
            {"{'kind':'exited','code':256}", "exit.code: must be a whole number from 0 to 255, not 256"},
            {"{'kind':'signalled','signal':0}", "exit.signal: must be from 1 to 64"},
            {"{'kind':'not_started','errno':2}", "exit.path: is missing"}
        };
        for (String[] it : cases) {
            Problems problems = new Problems();
            ExitStatus.decode(Cards.tree(it[0]), "exit", problems);
            assertEquals(List.of(it[1]), Cards.lines(problems));
        }
    }

    @Test
    void signalNamesGoBothWays() {
        for (int signal = 1; signal <= Signals.MAX; signal++) {
            // 32 and 33 are the C library's own and have no name.
            if (signal != 32 && signal != 33) {
                assertEquals(OptionalInt.of(signal), Signals.number(Signals.name(signal)), Signals.name(signal));
            }
            assertEquals(OptionalInt.of(signal), Signals.number(Integer.toString(signal)));
        }
        assertEquals("SIGKILL", Signals.name(9));
        assertEquals("SIGPIPE", Signals.name(13));
        assertEquals("SIGSYS", Signals.name(31));
        assertEquals("SIGRTMIN+30", Signals.name(64));
        assertEquals(OptionalInt.of(1), Signals.number("hup"));
        assertEquals(OptionalInt.empty(), Signals.number("SIG"));
        assertEquals(OptionalInt.empty(), Signals.number("0"));
        assertEquals(OptionalInt.empty(), Signals.number("65"));
        assertEquals(OptionalInt.empty(), Signals.number(""));
    }
}
