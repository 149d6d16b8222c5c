package io.shipote.daemon;

import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.RunRecords;
import io.shipote.core.store.Section;
import io.shipote.core.store.StateStore;
import io.shipote.core.store.StateUnreadableException;
import io.shipote.core.store.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What this version cannot read of a state directory, which may be that of a daemon that runs: nothing is changed. Blocks.
 *
 * @param unusable one text for each entry and run record
 */
record StateCheck(List<String> unusable) {
    static final String OK = "ok ";
    static final String ERROR = "error ";

    /** The daemon may be between two writes that belong together. */
    private static final int TRIES = 3;

    /** How long looks do not count during which the daemon has written. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<String> WRITTEN = List.of("state.json", "state.journal");

    /** @throws IOException if the state as a whole cannot be read */
    static StateCheck of(Path directory) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int left = TRIES; ; ) {
            List<String> before = stamps(directory);
            try {
                StateCheck check = look(directory);
                if (check.unusable.isEmpty() || left <= 1) {
                    return check;
                }
            } catch (StateUnreadableException e) {
                if (left <= 1) {
                    throw e;
                }
            }
            if (before.equals(stamps(directory)) || System.nanoTime() > deadline) {
                left--;
            }
        }
    }

    /** Tells whether something was written between two looks. */
    private static List<String> stamps(Path directory) throws IOException {
        List<String> stamps = new ArrayList<>();
        for (String name : WRITTEN) {
            try {
                BasicFileAttributes file = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class);
                stamps.add(file.fileKey() + " " + file.size() + " " + file.lastModifiedTime());
            } catch (NoSuchFileException e) {
                stamps.add("none");
            }
        }
        return stamps;
    }

    private static StateCheck look(Path directory) throws IOException {
        DiskFiles files = new DiskFiles();
        List<String> unusable = new ArrayList<>();
        for (Section section : Section.values()) {
            for (Stored entry : StateStore.look(directory, files, new StoreKeys(), section)) {
                try {
                    decode(section, entry.bytes());
                } catch (ShipoteException e) {
                    unusable.add(section + " " + entry.key() + ": " + e.getMessage());
                }
            }
        }
        for (RunRecords.Found found : new RunRecords(directory, files).scan()) {
            // A daemon removes what is left of a run that never began.
            if (!found.bare()) {
                found.warning().ifPresent(unusable::add);
            }
        }
        return new StateCheck(List.copyOf(unusable));
    }

    private static void decode(Section section, byte[] entry) {
        switch (section) {
            case WORKSPACES -> WorkspaceEntry.decode(entry);
            case SAVED_PIPELINES -> SavedPipeline.decode(entry);
            case LIVE_PIPELINES -> LivePipeline.decode(entry);
        }
    }

    /** One line for the daemon that asks: how many, and the first of them. */
    String line() {
        String first = unusable.isEmpty() ? "" : " " + unusable.get(0).replaceAll("\\s+", " ");
        return OK + unusable.size() + first;
    }
}
