package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    private static void splits(String text, String... words) {
        assertEquals(List.of(words), ShellWords.split(text));
    }

    @Test
    void splitsAtBlanks() {
        splits("");
        splits("  \t\n ");
        splits("sort", "sort");
        splits("  sort   -n\tfile\n", "sort", "-n", "file");
    }

    @Test
    void keepsWhatIsQuoted() {
        splits("grep 'a b'", "grep", "a b");
        splits("grep \"a b\"", "grep", "a b");
        splits("a'b c'\"d e\"f", "ab cd ef");
        splits("echo '' \"\"", "echo", "", "");
        splits("awk '{print \"$1\\n\"}'", "awk", "{print \"$1\\n\"}");
    }

    @Test
    void takesBackslashesAsAShellDoes() {
        splits("a\\ b", "a b");
        splits("\\\\ \\' \\\"", "\\", "'", "\"");
        splits("\"a\\\"b\\\\c\\$d\\`e\"", "a\"b\\c$d`e");
        splits("\"a\\nb\"", "a\\nb");
        splits("'a\\b'", "a\\b");
        splits("a\\\nb", "ab");
        splits("\"a\\\nb\"", "ab");
        splits("a \\\n b", "a", "b");
    }

    @Test
    void expandsNothing() {
        splits("echo $HOME ~ *.c `id` $(id) a|b ;", "echo", "$HOME", "~", "*.c", "`id`", "$(id)", "a|b", ";");
    }

    @Test
    void refusesWhatIsNotClosed() {
        for (String bad : List.of("'", "\"", "a 'b", "a \"b", "\"a\\\"", "a\\")) {
            assertThrows(UsageException.class, () -> ShellWords.split(bad), bad);
        }
    }
}
