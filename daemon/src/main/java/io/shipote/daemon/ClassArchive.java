package io.shipote.daemon;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the archive of loaded classes stands that makes the start of a program quick ({@code -XX:SharedArchiveFile}, JEP
 * 350). There is one at a time, named after the Java and the jars that it is for; a virtual machine that it does not fit
 * after all starts without it. Blocks.
 */
final class ClassArchive {
    private static final String SUFFIX = ".jsa";
    private static final int KEY_CHARS = 16;

    private final Path directory;

    /** @param state the state directory */
    ClassArchive(Path state) {
        this.directory = state.resolve("classes");
    }

    /** Whether a file is one of ours, of whichever version. */
    boolean owns(Path file) {
        return directory.equals(file.getParent());
    }

    /** Where the one for this program stands or is to stand. */
    Path place(ProcessImage image) throws IOException {
        List<String> facts = new ArrayList<>();
        Path java = image.program().toRealPath();
        add(facts, java);
        Path home = java.getParent().resolveSibling("lib");
        add(facts, home.resolve("modules"));
        for (String one : image.classPath().split(File.pathSeparator)) {
            Path jar = Path.of(one).toRealPath();
            add(facts, jar);
            Path beside = jar.resolveSibling("lib");
            if (Files.isDirectory(beside)) {
                try (Stream<Path> jars = Files.list(beside)) {
                    for (Path each : jars.sorted().toList()) {
                        add(facts, each);
                    }
                }
            }
        }
        return directory.resolve(digest(String.join("\n", facts)) + SUFFIX);
    }

    private static void add(List<String> facts, Path file) throws IOException {
        if (Files.exists(file)) {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            facts.add(file + " " + seen.size() + " " + seen.lastModifiedTime());
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, KEY_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A place for one that is being made. */
    Path prepare() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return directory.resolve("new" + SUFFIX);
    }

    /** Makes the one just made the one that counts, and removes all others; false if none was made. */
    boolean keep(Path made, Path place) throws IOException {
        if (!Files.exists(made)) {
            return false;
        }
        Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
        try (Stream<Path> all = Files.list(directory)) {
            for (Path other : all.filter(file -> !file.equals(place)).toList()) {
                Files.delete(other);
            }
        }
        return true;
    }
}
