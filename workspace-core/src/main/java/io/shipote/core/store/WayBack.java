package io.shipote.core.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The states that rollbacks have kept aside, and the commands that lead back to one. Blocking. */
public final class WayBack {
    static final String ASIDE = ".before-rollback-";

    private final Path directory;
    private final StoreFiles files;

    /** @param directory of the state */
    public WayBack(Path directory, StoreFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /**
     * What to type to return to the newest state that tells of each id; ids that none tells of are left out.
     *
     * @param running whether a daemon has to be stopped first
     */
    public Map<String, String> to(Set<String> ids, boolean running) {
        Map<String, String> found = new HashMap<>();
        for (int n = newest(); n > 0 && found.size() < ids.size(); n--) {
            String text = text(StateReader.STATE + ASIDE + n, StateFile.MAX_BYTES)
                    + text(StateReader.JOURNAL + ASIDE + n, Journal.MAX_BYTES * 2);
            String commands = commands(n, running);
            ids.stream().filter(text::contains).forEach(id -> found.putIfAbsent(id, commands));
        }
        return found;
    }

    private int newest() {
        int n = 0;
        while (there(StateReader.STATE + ASIDE + (n + 1))) {
            n++;
        }
        return n;
    }

    private boolean there(String name) {
        return files.exists(directory.resolve(name));
    }

    private String text(String name, long max) {
        try {
            byte[] bytes = files.read(directory.resolve(name), max).orElse(new byte[0]);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            // What cannot be read leads nowhere back.
            return "";
        }
    }

    private String commands(int n, boolean running) {
        List<String> words = new ArrayList<>();
        if (running) {
            words.add("shipote daemon stop");
        }
        words.add("cd " + quoted(directory.toString()));
        words.add("mv " + StateReader.STATE + ASIDE + n + " " + StateReader.STATE);
        // A journal of the state that is there now would not go with the other.
        words.add(
                there(StateReader.JOURNAL + ASIDE + n)
                        ? "mv " + StateReader.JOURNAL + ASIDE + n + " " + StateReader.JOURNAL
                        : "rm -f " + StateReader.JOURNAL);
        words.add("shipote daemon start");
        return String.join(" && ", words);
    }

    private static String quoted(String word) {
        return word.matches("[\\w./+:@-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
