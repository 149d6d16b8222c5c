package io.shipote.daemon;

import io.shipote.core.Loop;
import io.shipote.core.Strays;
import io.shipote.core.Worker;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.OrphanGroups;
import io.shipote.core.linux.ProcFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the processes that earlier daemons have left behind and no run answers for, and removes the groups that are empty
 * then. Confined to the loop thread; what blocks is done on the thread that makes groups.
 */
final class Aftermath {
    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    /** What was killed is in its group for a moment longer: that is waited for so often, each time four times as long. */
    private static final int TRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

    private final Loop loop;
    private final Worker launcherThread;
    private final Workspaces workspaces;
    private final CgroupHost cgroups;
    private final Map<String, String> environment;
    private final Set<String> groups;

    private Aftermath(
            Loop loop,
            Worker launcherThread,
            Workspaces workspaces,
            CgroupHost cgroups,
            Map<String, String> environment,
            Set<String> groups) {
        this.loop = loop;
        this.launcherThread = launcherThread;
        this.workspaces = workspaces;
        this.cgroups = cgroups;
        this.environment = environment;
        this.groups = groups;
    }

    /** What there is before anything is started; blocks. */
    static Aftermath seen(
            Loop loop,
            Worker launcherThread,
            Workspaces workspaces,
            CgroupHost cgroups,
            Map<String, String> environment) {
        Set<String> groups = Set.of();
        try {
            groups = new OrphanGroups(cgroups).names();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("what groups earlier daemons left behind cannot be seen", e);
        }
        return new Aftermath(loop, launcherThread, workspaces, cgroups, environment, groups);
    }

    /** Once all runs are adopted or given up. */
    void clear() {
        Set<String> known = new HashSet<>();
        Set<String> live = new HashSet<>();
        for (Workspace workspace : workspaces.all()) {
            known.add(workspace.id().text());
            workspace.leftovers().runs().forEach(run -> live.add(run.text()));
            workspace.jobs().forEach(job -> Stream.concat(job.liveRuns().stream(), job.keepers().stream())
                    .forEach(run -> live.add(run.record().run().text())));
        }
        launcherThread.execute(() -> {
            try {
                Set<String> ended = new Strays(new ProcFiles(), environment).end(known, live);
                ended.forEach(run -> LOG.info("run {} had left processes behind: ended", run));
                removeGroups(known, live, ended.isEmpty() ? 0 : TRIES, FIRST_PAUSE);
            } catch (IOException e) {
                LOG.warn("what earlier daemons left behind could not be ended", e);
            }
        });
    }

    private void removeGroups(Set<String> known, Set<String> live, int more, Duration pause) throws IOException {
        new OrphanGroups(cgroups)
                .remove(groups, known, live)
                .forEach(group -> LOG.info("group {} was left behind without processes: removed", group));
        if (more > 0) {
            loop.execute(() -> loop.schedule(pause, () -> again(known, live, more - 1, pause.multipliedBy(4))));
        }
    }

    private void again(Set<String> known, Set<String> live, int more, Duration pause) {
        launcherThread.execute(() -> {
            try {
                removeGroups(known, live, more, pause);
            } catch (IOException e) {
                LOG.warn("groups that earlier daemons left behind could not be removed", e);
            }
        });
    }
}
