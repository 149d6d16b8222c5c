package io.shipote.daemon;

import io.shipote.card.wire.DaemonCalls.UpgradeOut;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.MemoryFile;
import io.shipote.daemon.audit.Auditor;
import io.shipote.daemon.control.ControlServer;
import io.shipote.daemon.control.Kept;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with the connections of the program before. One thread, which is not the loop. */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final HandOver left;
    private final ControlServer server;
    private final List<Kept> underWay;

    private Succession(HandOver left, ControlServer server, List<Kept> underWay) {
        this.left = left;
        this.server = server;
        this.underWay = underWay;
    }

    /** @throws IOException if what was left cannot be read */
    static Succession of(HandOver left, ControlServer server) throws IOException {
        if (left.kept().isEmpty()) {
            return new Succession(left, server, List.of());
        }
        try (Fd file = Fd.owned(left.kept().getAsInt())) {
            return new Succession(left, server, Kept.decode(MemoryFile.content(file)));
        }
    }

    /** Those that have to hear of what is restored: before that begins. */
    void early() throws IOException {
        for (Kept one : underWay) {
            if (one.early()) {
                server.goOn(one);
            }
        }
    }

    /**
     * All others, once all is restored; whoever asked for the upgrade is told that it is done.
     *
     * @param auditor on the loop it writes down who that was
     */
    void rest(String version, Loop loop, Optional<Auditor> auditor) throws IOException {
        for (Kept one : underWay) {
            if (!one.early()) {
                server.goOn(one);
            }
        }
        server.goOn(left.clients());
        long paused = Math.max(0, System.currentTimeMillis() - left.heldMs());
        LOG.info("took over from version {}: calls waited for {} ms", left.previous(), paused);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("previous", left.previous());
        facts.put("version", version);
        facts.put("previous_java", left.java());
        facts.put("java", Runtime.version().toString());
        loop.execute(() -> auditor.ifPresent(audit -> audit.upgraded(left.peer(), facts, paused)));
        if (left.caller().isPresent()) {
            server.goOn(left.caller().getAsInt(), new UpgradeOut(left.pid(), version, left.previous(), paused));
        }
    }
}
