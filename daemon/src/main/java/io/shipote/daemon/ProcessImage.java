package io.shipote.daemon;

import io.shipote.card.wire.DaemonCalls.UpgradeIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line and an environment of this program. Byte by byte: each char is one byte (ISO 8859-1), so that what is no
 * UTF-8 is handed on as it is.
 *
 * @param words from argv[0], the virtual machine, on
 * @param environment {@code NAME=value}
 */
record ProcessImage(List<String> words, List<String> environment) {
    private static final String MAIN = Main.class.getName();
    private static final String JAR = "-jar";
    private static final List<String> CLASS_PATH = List.of("-cp", "-classpath", "--class-path");
    private static final String SOCKET = "--socket";
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";
    private static final String MAKE_ARCHIVE = "-XX:ArchiveClassesAtExit=";
    /** These hold for one start only. */
    private static final String RECOVER = "--recover";

    private static final String GENERATION = "--generation";

    /** What this process was started with. */
    static ProcessImage own() throws IOException {
        List<String> environment = new ArrayList<>(read("environ"));
        environment.removeIf(one -> Inherited.NAMES.contains(one.substring(0, Math.max(0, one.indexOf('=')))));
        return new ProcessImage(read("cmdline"), environment);
    }

    private static List<String> read(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("/proc/self", name));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.isEmpty()
                ? List.of()
                : List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    /** The virtual machine, absolute. */
    Path program() {
        return Path.of(text(words.get(0)));
    }

    /**
     * The same with what is asked for.
     *
     * @throws ShipoteException if the request is wrong or our own command line is none that can be changed
     */
    ProcessImage changed(UpgradeIn in) {
        int main = words.indexOf(MAIN);
        int jar = words.indexOf(JAR);
        int end = main >= 0 ? main : jar;
        if (end < 1 || end + 1 > words.size() || (main < 0 && jar + 1 >= words.size())) {
            throw new ShipoteException(
                    ErrorCode.INTERNAL, "cannot tell how this daemon was started (start it with: java … " + MAIN + ")");
        }
        List<String> next = new ArrayList<>();
        next.add(bytes(in.java().map(path -> absolute("java", path)).orElseGet(() -> virtualMachine(words.get(0)))));
        next.addAll(flags(words.subList(1, end), in.jvmFlags().orElse(List.of())));
        List<String> rest = new ArrayList<>(words.subList(main >= 0 ? main + 1 : jar + 2, words.size()));
        rest.removeIf(RECOVER::equals);
        int generation = rest.indexOf(GENERATION);
        if (generation >= 0) {
            rest.subList(generation, Math.min(generation + 2, rest.size())).clear();
        }
        List<String> classPath = in.classPath().orElse(List.of());
        if (!classPath.isEmpty()) {
            classPath.forEach(path -> absolute("class_path", path));
            next.addAll(List.of(CLASS_PATH.get(0), bytes(String.join(":", classPath)), MAIN));
        } else if (main >= 0) {
            classPath(words.subList(1, end)).forEach(next::add);
            next.add(MAIN);
        } else {
            next.addAll(words.subList(jar, jar + 2));
        }
        next.addAll(rest);
        return new ProcessImage(next, environment);
    }

    /** The same with the flags that another Java wants, and without those that it does not know. */
    ProcessImage adaptedTo(int feature) {
        int main = Math.max(words.indexOf(MAIN), words.indexOf(JAR));
        List<String> adapted = new ArrayList<>(words.subList(0, 1));
        adapted.addAll(JavaRelease.adapted(words.subList(1, main), feature));
        adapted.addAll(words.subList(main, words.size()));
        return new ProcessImage(adapted, environment);
    }

    /** The same, but what the configuration says of the socket by now holds from the next real start on. */
    ProcessImage listeningOn(Path socket) {
        return words.contains(SOCKET) ? this : with(SOCKET).with(bytes(socket.toString()));
    }

    /** Whether it can have an archive of classes: it is started by its class, and has none that somebody else cares for. */
    boolean mayHaveArchive(ClassArchive archives) {
        int main = words.indexOf(MAIN);
        return main > 0
                && !classPath().isEmpty()
                && words.subList(0, main).stream()
                        .filter(word -> word.startsWith(ARCHIVE))
                        .allMatch(word -> archives.owns(Path.of(text(word.substring(ARCHIVE.length())))));
    }

    /** The class path; empty if there is none. */
    String classPath() {
        List<String> found = classPath(words.subList(0, Math.max(0, words.indexOf(MAIN))));
        return found.isEmpty() ? "" : text(found.get(1));
    }

    /** The same with this archive instead of an earlier one. */
    ProcessImage withArchive(Path file) {
        return withoutArchive().flag(ARCHIVE + bytes(file.toString()));
    }

    /** The same with no archive. */
    ProcessImage withoutArchive() {
        List<String> rest = new ArrayList<>(words);
        rest.subList(0, rest.indexOf(MAIN)).removeIf(word -> word.startsWith(ARCHIVE));
        return new ProcessImage(rest, environment);
    }

    /** What makes such an archive, in an empty directory. */
    ProcessImage rehearsal(Path archive, Path directory) {
        ProcessImage plain = withoutArchive();
        ProcessImage until = new ProcessImage(plain.words.subList(0, plain.words.indexOf(MAIN)), environment);
        return until.with(Rehearsal.class.getName())
                .with(bytes(directory.toString()))
                .flag(MAKE_ARCHIVE + bytes(archive.toString()));
    }

    /** The same with a flag before all others, so that theirs counts. */
    private ProcessImage flag(String flag) {
        List<String> more = new ArrayList<>(words);
        more.add(1, flag);
        return new ProcessImage(more, environment);
    }

    /** The same with a word behind it. */
    ProcessImage with(String word) {
        List<String> more = new ArrayList<>(words);
        more.add(word);
        return new ProcessImage(more, environment);
    }

    /** The same with one variable more. */
    ProcessImage withVariable(String name, String value) {
        List<String> more = new ArrayList<>(environment);
        more.add(name + "=" + value);
        return new ProcessImage(words, more);
    }

    /** As text, for what is only a child. */
    static List<String> texts(List<String> bytes) {
        return bytes.stream().map(ProcessImage::text).toList();
    }

    /** A path that is absolute is kept, as it may be a link that leads to a newer one by now. */
    private static String virtualMachine(String started) {
        String own = text(started);
        return own.startsWith("/")
                ? own
                : Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String absolute(String parameter, String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new ShipoteException(ErrorCode.INVALID_SPEC, parameter + ": the path is not absolute: " + path);
        }
        return path;
    }

    /** Those that are there, without the class path, and the new ones; one that is given anew moves to the end. */
    private static List<String> flags(List<String> before, List<String> added) {
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            if (CLASS_PATH.contains(before.get(i))) {
                i++;
            } else {
                flags.add(before.get(i));
            }
        }
        for (String flag : added) {
            if (!flag.startsWith("-") || flag.indexOf('\0') >= 0 || CLASS_PATH.contains(flag)) {
                throw new ShipoteException(
                        ErrorCode.INVALID_SPEC, "jvm_flags: not a flag of the virtual machine: " + flag);
            }
            flags.removeIf(bytes(flag)::equals);
            flags.add(bytes(flag));
        }
        return flags;
    }

    private static List<String> classPath(List<String> before) {
        for (int i = 0; i + 1 < before.size(); i++) {
            if (CLASS_PATH.contains(before.get(i))) {
                return before.subList(i, i + 2);
            }
        }
        return List.of();
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
