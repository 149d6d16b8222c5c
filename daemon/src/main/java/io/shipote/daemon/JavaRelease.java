package io.shipote.daemon;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Java an installation is, and the flags that this program wants of it and not of every other. */
final class JavaRelease {
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    /** Else calls into the C library are warned of. */
    private static final int NATIVE_ACCESS_SINCE = 21;

    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    /** Earlier ones refuse to start with it. */
    private static final int UNSAFE_SINCE = 23;

    private static final Pattern FEATURE = Pattern.compile("\"(\\d+)[^\"]*\"");

    private JavaRelease() {}

    /**
     * The feature release (JEP 223), such as 17, as the file {@code release} of the installation says; empty if it does not.
     *
     * @param java the program
     */
    static OptionalInt feature(Path java) throws IOException {
        if (!Files.exists(java)) {
            return OptionalInt.empty();
        }
        Path release = java.toRealPath().getParent().resolveSibling("release");
        if (!Files.exists(release)) {
            return OptionalInt.empty();
        }
        Properties properties = new Properties();
        try (Reader text = Files.newBufferedReader(release)) {
            properties.load(text);
        }
        Matcher version = FEATURE.matcher(properties.getProperty("JAVA_VERSION", ""));
        return version.matches() ? OptionalInt.of(Integer.parseInt(version.group(1))) : OptionalInt.empty();
    }

    /** The same flags for that release: without those that it does not know, with those that it wants. */
    static List<String> adapted(List<String> flags, int feature) {
        List<String> adapted = new ArrayList<>(flags);
        adapted.removeAll(List.of(NATIVE_ACCESS, UNSAFE));
        if (feature >= NATIVE_ACCESS_SINCE) {
            adapted.add(NATIVE_ACCESS);
        }
        if (feature >= UNSAFE_SINCE) {
            adapted.add(UNSAFE);
        }
        return adapted;
    }
}
