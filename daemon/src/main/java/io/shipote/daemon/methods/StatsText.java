package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.StatsSample;
import io.shipote.core.StatsHistory;
import io.shipote.core.StatsRow;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import java.util.Locale;

/** Samples as JSON: the card's fields first, then ours; what is not known is absent. */
final class StatsText {
    private static final Figure[] PRESSURES = {
        Figure.CPU_SOME, Figure.CPU_FULL, Figure.MEMORY_SOME, Figure.MEMORY_FULL, Figure.IO_SOME, Figure.IO_FULL
    };
    private static final double HUNDRED = 100;

    private StatsText() {}

    /** A sample of a snapshot, of which no time is known. */
    static ObjectNode persisted(StatsSample sample) {
        ObjectNode node = sample.encode();
        node.put("at_ms", 0);
        node.put("source", Usage.Source.PERSISTED.word());
        return node;
    }

    /**
     * A row.
     *
     * @param createdMs the beginning of its uptime
     */
    static ObjectNode row(StatsRow row, int cores, long createdMs) {
        ObjectNode node = StatsHistory.sample(row, cores, createdMs).encode();
        node.put("at_ms", row.atMs());
        node.put("source", row.source().word());
        put(node, "rss_max_bytes", row.memoryMaxBytes());
        if (!Float.isNaN(row.cpuPercentMax())) {
            node.put("cpu_percent_max", row.cpuPercentMax());
        }
        put(node, "pids", row.pids());
        put(node, "io_read_bytes", row.ioReadBytes());
        put(node, "io_write_bytes", row.ioWriteBytes());
        put(node, "oom_kills", row.oomKills());
        for (Figure share : PRESSURES) {
            if (row.pressure(share) != Usage.UNKNOWN) {
                node.withObject("/pressure").put(share.name().toLowerCase(Locale.ROOT), row.pressure(share) / HUNDRED);
            }
        }
        return node;
    }

    private static void put(ObjectNode node, String key, long value) {
        if (value != Usage.UNKNOWN) {
            node.put(key, value);
        }
    }

    /** What the kernel counted of pressure so far, in microseconds; empty where it does not. */
    static void putTotals(ObjectNode node, Usage usage) {
        for (Figure share : PRESSURES) {
            Figure total = Figure.valueOf(share + "_USEC");
            if (usage.known(total)) {
                node.withObject("/pressure").put(total.name().toLowerCase(Locale.ROOT), usage.get(total));
            }
        }
    }
}
