package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Shipote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel and the disk tell of what the daemons of one state directory have made. */
final class ChaosGround {
    private static final Optional<Long> ALL = Optional.of(1_000L);
    private static final String OWN_FILES =
            "runs|history|daemon\\.lock|state\\.journal(\\.last)?|state\\.json(\\.[1-5]|\\.last)?|audit\\.jsonl(\\.[0-9]+)?";

    private final DaemonHarness daemon;
    private final GroupGround groups;

    ChaosGround(DaemonHarness daemon, GroupGround groups) {
        this.daemon = daemon;
        this.groups = groups;
    }

    /** Pid and run of every process that any of the daemons has started and that is alive. */
    Map<Long, String> processes() {
        Map<Long, String> all = new TreeMap<>();
        for (long pid : daemon.processes()) {
            String environ = "\0" + Processes.read(Path.of("/proc/" + pid + "/environ"));
            int at = environ.indexOf("\0SHIPOTE_RUN=");
            all.put(pid, at < 0 ? "" : environ.substring(at).split("[\0=]")[2]);
        }
        return all;
    }

    /** Each process is somebody's, once. */
    void assertProcesses(ChaosView view) {
        Map<Long, String> found = processes();
        view.holders().forEach(pid -> found.computeIfPresent(pid, (same, run) -> ""));
        assertEquals(view.processes(), found, "pid to run");
    }

    void deleteAll() {
        Shipote client = daemon.client();
        client.workspaces().list(Optional.empty(), ALL).workspaces().forEach(space -> delete(client, space.id()));
        client.pipelines().listSaved(Optional.empty(), ALL).names().forEach(client.pipelines()::dropSaved);
    }

    private static void delete(Shipote client, String workspace) {
        try {
            client.workspaces().delete(workspace, Optional.empty());
        } catch (ShipoteException e) {
            // Its time was over meanwhile.
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** What stands in the state directory although there is nothing left that it could belong to. */
    List<String> leftFiles() throws IOException {
        try (Stream<Path> all = Files.walk(daemon.state())) {
            return all.filter(file -> !file.equals(daemon.state()))
                    .map(file -> daemon.state().relativize(file).toString())
                    .filter(file -> !file.matches(OWN_FILES))
                    .sorted()
                    .toList();
        }
    }

    /** The groups of workspaces. */
    List<Path> groups() {
        return groups.workspaces();
    }

    /** The names of those that are not a workspace's. */
    Set<String> strayGroups(List<String> workspaces) {
        return groups().stream()
                .map(group -> group.getFileName().toString())
                .filter(id -> !workspaces.contains(id))
                .collect(Collectors.toSet());
    }

    /** The groups of runs by name, and whether what is in them is frozen. */
    Map<String, Boolean> leaves() {
        Map<String, Boolean> all = new TreeMap<>();
        for (Path leaf : groups.runs()) {
            String frozen = Processes.read(leaf.resolve("cgroup.freeze")).trim();
            all.merge(leaf.getFileName().toString(), frozen.equals("1"), Boolean::logicalOr);
        }
        return all;
    }
}
