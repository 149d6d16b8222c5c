package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A spec in a file, TOML or JSON by its name, and where in the text its parts stand. */
final class SpecFile {
    /** Bytes of a spec file, at most. */
    static final int MAX = 1 << 20;

    private final String name;
    private final byte[] text;
    private final boolean toml;
    private final ObjectNode tree;

    private SpecFile(String name, byte[] text, boolean toml, ObjectNode tree) {
        this.name = name;
        this.text = text;
        this.toml = toml;
        this.tree = tree;
    }

    /** @throws SpecException if it is too large or no TOML or JSON object, with line and column */
    static SpecFile read(String name) {
        boolean toml = name.endsWith(".toml");
        if (!toml && !name.endsWith(".json")) {
            throw new UsageException("a spec's name ends in .toml or .json: " + name);
        }
        return parse(name, toml, content(name));
    }

    static SpecFile parse(String name, boolean toml, byte[] text) {
        try {
            JsonNode tree = toml ? TomlTree.parse(text) : CardJson.parse(text);
            if (!(tree instanceof ObjectNode)) {
                throw new SpecException(List.of(name + ":1:1: the spec is no object (it begins with a brace)"));
            }
            return new SpecFile(name, text, toml, (ObjectNode) tree);
        } catch (CardSyntaxException e) {
            String what = toml ? "TOML" : "JSON";
            String line =
                    name + ":" + e.line() + ":" + e.column() + ": " + e.reason() + " (the file is no " + what + ")";
            throw new SpecException(List.of(line));
        }
    }

    private static byte[] content(String name) {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] text = in.readNBytes(MAX + 1);
            if (text.length > MAX) {
                throw new SpecException(
                        List.of(name + ": the file has more than " + MAX + " bytes (a spec is smaller)"));
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the spec " + name, e);
        }
    }

    /** The spec; the caller may change it. */
    ObjectNode tree() {
        return tree;
    }

    /** {@code name:line:column: } of a path, or of the nearest part of it that the text has. */
    String place(String path) {
        return shown(nearest(places(), path));
    }

    private Map<String, Place> places() {
        return toml ? TomlPlaces.of(text) : JsonPlaces.of(text);
    }

    private String shown(Place place) {
        return name + ":" + place.line() + ":" + place.column() + ": ";
    }

    private static Place nearest(Map<String, Place> places, String path) {
        String nearest = path;
        // The whole text has a place in any case.
        while (!places.containsKey(nearest)) {
            nearest = nearest.substring(0, Math.max(0, Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['))));
        }
        return places.get(nearest);
    }

    private List<String> lines(List<Problem> problems) {
        Map<String, Place> places = places();
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.comparing((Problem problem) -> nearest(places, problem.path()))
                .thenComparing(Problem::path));
        List<String> lines = new ArrayList<>();
        for (Problem problem : sorted) {
            lines.add(shown(nearest(places, problem.path())) + problem);
        }
        return lines;
    }

    /** Line and column, from 1; the column in characters. */
    record Place(int line, int column) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return line == other.line ? Integer.compare(column, other.column) : Integer.compare(line, other.line);
        }
    }

    /**
     * Tells all problems at once, in the order of the file.
     *
     * @param file where the spec stands; null if it came from options
     */
    static void throwIfAny(Problems problems, SpecFile file) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        if (file == null) {
            for (Problem problem : problems.list()) {
                lines.add("the spec: " + problem);
            }
        } else {
            lines.addAll(file.lines(problems.list()));
        }
        if (problems.omitted() > 0) {
            lines.add("and " + problems.omitted() + " more problems");
        }
        throw new SpecException(lines);
    }
}
