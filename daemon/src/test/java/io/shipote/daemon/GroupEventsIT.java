package io.shipote.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.core.Loop;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.GroupEvents;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.WorkspaceGroup;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel tells the loop when the last process of a group goes. */
@Timeout(60)
class GroupEventsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void theEndOfTheLastProcessIsAnEvent() throws Exception {
        String name = "it-events-" + ProcessHandle.current().pid();
        CgroupHost host = CgroupHost.detect();
        assumeTrue(host.mode() == CgroupHost.Mode.HYBRID || host.mode() == CgroupHost.Mode.V2, host::describe);
        WorkspaceGroup workspace = host.workspace(name);
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        LinkedBlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
        EventLoopAdapter loop = new EventLoopAdapter(error -> {});
        RunGroup group = workspace.run("run");
        try (GroupEvents events = group.containment(Optional.empty()).events().orElseThrow()) {
            assertFalse(events.populated());
            Files.writeString(group.leaf().orElseThrow().resolve("cgroup.procs"), Long.toString(sleeper.pid()));
            await().atMost(SOON).until(events::populated);
            loop.execute(() -> loop.watch(events.fd(), Loop.Interest.CHANGE, () -> {
                try {
                    seen.add(events.populated());
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
            sleeper.destroyForcibly().waitFor();
            boolean populated = true;
            while (populated) {
                Boolean next = seen.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                assertTrue(next != null, "the kernel did not tell");
                populated = next;
            }
        } finally {
            sleeper.destroyForcibly().waitFor();
            loop.close();
            await().atMost(SOON).until(group::remove);
            await().atMost(SOON).until(workspace::remove);
        }
    }
}
