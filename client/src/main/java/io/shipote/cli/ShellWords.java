package io.shipote.cli;

import java.util.ArrayList;
import java.util.List;

/** Splits a command line by the shell's quoting: single and double quotes and backslashes. Nothing is expanded. */
final class ShellWords {
    private static final String ESCAPED_IN_DOUBLE = "\"\\$`\n";

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String text) {
        this.text = text;
    }

    /** @throws UsageException if a quote is not closed, or the text ends in a backslash */
    static List<String> split(String text) {
        return new ShellWords(text).split();
    }

    private List<String> split() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case ' ':
                case '\t':
                case '\n':
                    endWord();
                    break;
                case '\'':
                    single();
                    break;
                case '"':
                    doubled();
                    break;
                case '\\':
                    escaped();
                    break;
                default:
                    inWord = true;
                    word.append(c);
            }
        }
        endWord();
        return words;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void single() {
        inWord = true;
        int close = text.indexOf('\'', at);
        if (close < 0) {
            throw open('\'');
        }
        word.append(text, at, close);
        at = close + 1;
    }

    private void doubled() {
        inWord = true;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < text.length() && ESCAPED_IN_DOUBLE.indexOf(text.charAt(at)) >= 0) {
                c = text.charAt(at++);
                if (c == '\n') {
                    continue;
                }
            }
            word.append(c);
        }
        throw open('"');
    }

    private void escaped() {
        if (at == text.length()) {
            throw new UsageException("a backslash at the end quotes nothing: " + text);
        }
        char c = text.charAt(at++);
        // A backslash before a line feed joins the lines.
        if (c != '\n') {
            inWord = true;
            word.append(c);
        }
    }

    private UsageException open(char quote) {
        return new UsageException("the quote " + quote + " is not closed: " + text);
    }
}
