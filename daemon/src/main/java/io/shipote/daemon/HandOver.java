package io.shipote.daemon;

import io.shipote.daemon.control.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What one program of the daemon's process leaves to the next over an exec in place: descriptors by their numbers, in one
 * line of words. Words that a program does not know it leaves alone.
 *
 * @param pid of the process, so that a child that inherits the line does not take it for its own
 * @param heldMs when calls were begun to be held up, in Unix milliseconds
 * @param listener the socket
 * @param foreign whether the socket is somebody else's, who keeps it
 * @param stateLock holds the lock of the state directory
 * @param socketLock holds the lock beside the socket
 * @param caller the connection that waits for the answer of the upgrade
 * @param clients connections on which no call is under way
 * @param kept a file that tells of connections on which something is under way; see {@code Kept}
 * @param peer who asked for it
 * @param previous the version of the program before
 * @param java the version of Java that it ran on
 */
record HandOver(
        long pid,
        long heldMs,
        int listener,
        boolean foreign,
        int stateLock,
        int socketLock,
        OptionalInt caller,
        List<Integer> clients,
        OptionalInt kept,
        Peer peer,
        String previous,
        String java) {
    private static final String UNKNOWN = "unknown";

    String text() {
        return "pid=" + pid + " held=" + heldMs + " listener=" + listener + " foreign=" + foreign + " state="
                + stateLock
                + " socket=" + socketLock
                + (caller.isPresent() ? " caller=" + caller.getAsInt() : "")
                + (clients.isEmpty()
                        ? ""
                        : " clients=" + clients.stream().map(String::valueOf).collect(Collectors.joining(",")))
                + (kept.isPresent() ? " kept=" + kept.getAsInt() : "")
                + " uid=" + peer.uid() + " by=" + peer.pid()
                + " previous=" + previous.replace(' ', '_') + " java=" + java.replace(' ', '_');
    }

    /** @throws StartException if something is missing or no number: nothing of it can be believed then */
    static HandOver parse(String text) throws StartException {
        Map<String, String> words = new HashMap<>();
        for (String word : text.split(" ")) {
            int sign = word.indexOf('=');
            words.put(word.substring(0, Math.max(0, sign)), word.substring(sign + 1));
        }
        try {
            List<Integer> clients = new ArrayList<>();
            if (words.containsKey("clients")) {
                Arrays.stream(words.get("clients").split(","))
                        .map(Integer::valueOf)
                        .forEach(clients::add);
            }
            return new HandOver(
                    Long.parseLong(words.get("pid")),
                    Long.parseLong(words.get("held")),
                    Integer.parseInt(words.get("listener")),
                    Boolean.parseBoolean(words.get("foreign")),
                    Integer.parseInt(words.get("state")),
                    Integer.parseInt(words.get("socket")),
                    optional(words, "caller"),
                    List.copyOf(clients),
                    optional(words, "kept"),
                    new Peer(
                            Integer.parseInt(words.getOrDefault("uid", "-1")),
                            Integer.parseInt(words.getOrDefault("by", "0"))),
                    words.getOrDefault("previous", UNKNOWN),
                    words.getOrDefault("java", UNKNOWN));
        } catch (NumberFormatException e) {
            throw new StartException("what the daemon before left is not understood: " + text, e);
        }
    }

    private static OptionalInt optional(Map<String, String> words, String name) {
        return words.containsKey(name) ? OptionalInt.of(Integer.parseInt(words.get(name))) : OptionalInt.empty();
    }
}
