package io.shipote.core;

import io.shipote.card.WorkspaceId;
import io.shipote.core.linux.Usage;
import io.shipote.core.store.DiskFiles;
import io.shipote.core.store.HistoryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes histories as a daemon leaves them, so that a bench need not wait for days. In this package for its format. */
public final class HistoryFill {
    private HistoryFill() {}

    /** A history of so many rows in each tier, up to now. */
    public static void write(Path stateDir, List<String> workspaces, int rows, long nowMs) throws IOException {
        HistoryFiles files = new HistoryFiles(stateDir, new DiskFiles());
        List<HistoryFormat.Row> all = new ArrayList<>();
        for (StatsHistory.Tier tier : StatsHistory.Tier.values()) {
            for (int i = Math.min(rows, tier.capacity()); i > 0; i--) {
                StatsRow row = new StatsRow();
                row.set(nowMs - i * tier.spanMs(), new Usage(), 12.5f, 3, 4);
                all.add(new HistoryFormat.Row(tier, row.numbers));
            }
        }
        byte[] file = HistoryFormat.file(all);
        for (String workspace : workspaces) {
            files.write(WorkspaceId.parse(workspace), file);
        }
    }
}
