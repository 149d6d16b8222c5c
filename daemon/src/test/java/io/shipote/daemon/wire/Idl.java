package io.shipote.daemon.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Varlink interface description, read by the grammar of varlink.org: enough of it to compare it with Java. */
final class Idl {
    /** A type as it stands in the text. */
    sealed interface Type permits Plain, Named, Nullable, ListOf, MapOf, Words, Struct {}

    record Plain(String word) implements Type {}

    record Named(String name) implements Type {}

    record Nullable(Type type) implements Type {}

    record ListOf(Type type) implements Type {}

    record MapOf(Type type) implements Type {}

    record Words(List<String> words) implements Type {}

    record Struct(Map<String, Type> fields) implements Type {}

    record Method(Struct in, Struct out) {}

    private static final Pattern TOKEN =
            Pattern.compile("\\s+|#[^\\n]*|(->|\\[string\\]|\\[\\]|[?(),:]|[A-Za-z][A-Za-z0-9_.]*)");

    final Map<String, Struct> types = new LinkedHashMap<>();
    final Map<String, Method> methods = new LinkedHashMap<>();
    final Map<String, Struct> errors = new LinkedHashMap<>();
    final String name;

    private final List<String> tokens = new ArrayList<>();
    private int at;

    Idl(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new IllegalArgumentException("not Varlink: "
                        + text.substring(end).lines().findFirst().orElse(""));
            }
            if (matcher.group(1) != null) {
                tokens.add(matcher.group(1));
            }
            end = matcher.end();
        }
        expect("interface");
        name = take();
        while (at < tokens.size()) {
            member();
        }
    }

    private void member() {
        String kind = take();
        String member = take();
        switch (kind) {
            case "type" -> put(types, member, (Struct) tuple());
            case "error" -> put(errors, member, (Struct) tuple());
            case "method" -> {
                Struct in = (Struct) tuple();
                expect("->");
                put(methods, member, new Method(in, (Struct) tuple()));
            }
            default -> throw new IllegalArgumentException("a member cannot begin with " + kind);
        }
    }

    private static <T> void put(Map<String, T> map, String name, T value) {
        if (map.put(name, value) != null) {
            throw new IllegalArgumentException(name + " is declared twice");
        }
    }

    private Type type() {
        String token = take();
        return switch (token) {
            case "?" -> new Nullable(type());
            case "[]" -> new ListOf(type());
            case "[string]" -> new MapOf(type());
            case "bool", "int", "float", "string", "object" -> new Plain(token);
            case "(" -> {
                at--;
                yield tuple();
            }
            default -> new Named(token);
        };
    }

    /** What stands in parentheses: fields if there are colons, else words. */
    private Type tuple() {
        expect("(");
        Map<String, Type> fields = new LinkedHashMap<>();
        List<String> words = new ArrayList<>();
        while (!tokens.get(at).equals(")")) {
            String word = take();
            if (tokens.get(at).equals(":")) {
                at++;
                put(fields, word, type());
            } else {
                words.add(word);
            }
            if (!tokens.get(at).equals(")")) {
                expect(",");
            }
        }
        expect(")");
        return words.isEmpty() ? new Struct(fields) : new Words(words);
    }

    private String take() {
        return tokens.get(at++);
    }

    private void expect(String token) {
        String found = take();
        if (!found.equals(token)) {
            throw new IllegalArgumentException(token + " expected, not " + found);
        }
    }
}
