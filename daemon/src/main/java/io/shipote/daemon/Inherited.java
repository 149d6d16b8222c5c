package io.shipote.daemon;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was open when this program began: by an exec in place of the daemon before it, or a socket from systemd
 * ({@code sd_listen_fds(3)}).
 *
 * @param systemd descriptors in a row from {@link #FIRST} on that systemd has opened; 0 for none
 */
record Inherited(Optional<HandOver> handOver, int systemd) {
    /** {@code SD_LISTEN_FDS_START}. */
    static final int FIRST = 3;

    static final String HAND_OVER = "SHIPOTE_HANDOVER";

    private static final String LISTEN_PID = "LISTEN_PID";
    private static final String LISTEN_FDS = "LISTEN_FDS";

    /** The variables that are about this process alone: none of its children may see them. */
    static final List<String> NAMES = List.of(HAND_OVER, LISTEN_PID, LISTEN_FDS, "LISTEN_FDNAMES", "LISTEN_PIDFDID");

    /** @param pid ours; what is said to somebody else is not believed */
    static Inherited of(Map<String, String> environment, long pid) throws StartException {
        Optional<HandOver> handOver = Optional.empty();
        if (environment.containsKey(HAND_OVER)) {
            handOver = Optional.of(HandOver.parse(environment.get(HAND_OVER))).filter(left -> left.pid() == pid);
        }
        boolean activated = String.valueOf(pid).equals(environment.get(LISTEN_PID));
        return new Inherited(handOver, activated ? count(environment.getOrDefault(LISTEN_FDS, "0")) : 0);
    }

    private static int count(String number) throws StartException {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new StartException("$" + LISTEN_FDS + " is no number: " + number, e);
        }
    }

    /** An environment without what is about this process alone. */
    static Map<String, String> without(Map<String, String> environment) {
        Map<String, String> rest = new LinkedHashMap<>(environment);
        NAMES.forEach(rest::remove);
        return rest;
    }
}
