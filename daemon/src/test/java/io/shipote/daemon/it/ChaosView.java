package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a daemon shows of the clients' things, and the kernel of its processes and groups. */
final class ChaosView {
    private static final Optional<Long> ALL = Optional.of(1_000L);
    private static final String OWN_FILES =
            "runs|history|daemon\\.lock|state\\.journal|state\\.json(\\.[1-5])?|audit\\.jsonl(\\.[0-9]+)?";
    private static final String OWNER = "shipote.state";

    private final DaemonHarness daemon;

    ChaosView(DaemonHarness daemon) {
        this.daemon = daemon;
    }

    /** All that belongs to one client; fails if anything of it is there twice or is still on its way. */
    ChaosWorld of(String prefix) {
        Map<String, Space> spaces = new TreeMap<>();
        for (WorkspaceStatus space : workspaces()) {
            daemon.remember(space.id());
            if (space.label().startsWith(prefix)) {
                assertEquals("active", space.state().word(), () -> "state of " + space.label());
                Space before = spaces.put(space.label(), new Space(Optional.of(space.id()), jobs(space)));
                assertNull(before, () -> "there are two " + space.label());
            }
        }
        Map<String, Long> saved = new TreeMap<>();
        for (String name :
                daemon.client().pipelines().listSaved(Optional.empty(), ALL).names()) {
            if (name.startsWith(prefix)) {
                Long before = saved.put(name, version(name));
                assertNull(before, () -> "there are two " + name);
            }
        }
        return new ChaosWorld(spaces, saved);
    }

    /** The newest version, whose one stage is named after it. */
    private long version(String name) {
        var shown = daemon.client().pipelines().showSaved(name);
        long version = shown.version().orElseThrow();
        assertEquals(
                "v" + version,
                shown.spec().at("/nodes/0/label").asText(),
                () -> "what stands as version " + version + " of " + name + ": " + shown.spec());
        return version;
    }

    private List<WorkspaceStatus> workspaces() {
        return daemon.client().workspaces().list(Optional.empty(), ALL).workspaces();
    }

    private List<CommandStatus> commands(WorkspaceStatus space) {
        return daemon.client()
                .commands()
                .list(new ListCommandsIn(Optional.of(space.id()), Optional.of(true), Optional.empty(), ALL))
                .commands();
    }

    private Map<String, Job> jobs(WorkspaceStatus space) {
        Map<String, Job> jobs = new TreeMap<>();
        for (CommandStatus command : commands(space)) {
            boolean up = command.state() == JobState.RUNNING;
            if (!up) {
                assertEquals(JobState.STOPPED, command.state(), () -> command.label() + ": " + command.why());
            }
            Job job = new Job(
                    Optional.of(command.id()),
                    up,
                    up ? command.run() : Optional.empty(),
                    up ? command.pid() : Optional.empty(),
                    Optional.of(command.restarts()));
            Job before = jobs.put(command.name().orElse(command.label()), job);
            assertNull(before, () -> "there are two " + command.label());
        }
        return jobs;
    }

    /** Pid and run of every command that is said to run. */
    Map<Long, String> expected() {
        Map<Long, String> all = new TreeMap<>();
        for (WorkspaceStatus space : workspaces()) {
            for (CommandStatus command : commands(space)) {
                if (command.state() == JobState.RUNNING) {
                    String before =
                            all.put(command.pid().orElseThrow(), command.run().orElseThrow());
                    assertNull(before, () -> "two commands have the process " + command.pid());
                }
            }
        }
        return all;
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

    void deleteAll() {
        workspaces().forEach(space -> daemon.client().workspaces().delete(space.id(), Optional.empty()));
        daemon.client()
                .pipelines()
                .listSaved(Optional.empty(), ALL)
                .names()
                .forEach(daemon.client().pipelines()::dropSaved);
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

    /** The groups that say that they belong to a daemon of this state directory. */
    List<Path> groups() throws IOException {
        String state = daemon.state().toString();
        return Processes.groups(group -> state.equals(owner(group)));
    }

    private static String owner(Path group) {
        try {
            UserDefinedFileAttributeView marks = Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
            if (!marks.list().contains(OWNER)) {
                return "";
            }
            ByteBuffer text = ByteBuffer.allocate(marks.size(OWNER));
            marks.read(OWNER, text);
            return new String(text.array(), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            // Removed since the walk saw it, or of a tree that has no marks.
            return "";
        }
    }
}
