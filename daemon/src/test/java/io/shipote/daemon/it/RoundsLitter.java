package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.ulid.UlidCreator;
import io.shipote.card.CardText;
import io.shipote.core.garbage.Garbage;
import io.shipote.core.garbage.RuntimeDens;
import io.shipote.core.garbage.Sidecar;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.daemon.doctor.Finding;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What lies about between two daemons: what the next one has to remove, what it has to leave alone, and what of it the
 * doctor has to tell. Whose process is said to have made it is a stranger's, which must live through all of it.
 */
final class RoundsLitter {
    private static final String MINE = "somebody else's\n";

    private final DaemonHarness daemon;
    private final GroupGround groups;
    private final ProcessIdentity stranger;
    private final Set<Path> rubbish = new LinkedHashSet<>();
    private final Set<Path> others = new LinkedHashSet<>();
    /** Groups whose state directory is gone: no daemon's business, but the doctor's. */
    private final Set<Path> abandoned = new LinkedHashSet<>();

    private final Map<String, Finding.Verdict> told = new LinkedHashMap<>();
    private int count;

    RoundsLitter(DaemonHarness daemon, GroupGround groups, Process stranger) throws IOException {
        this.daemon = daemon;
        this.groups = groups;
        this.stranger = new ProcFiles().identity((int) stranger.pid()).orElseThrow();
    }

    /** How much there has been to be removed. */
    int count() {
        return count;
    }

    private Path runtime() {
        return daemon.socket().getParent();
    }

    private static String id() {
        return UlidCreator.getMonotonicUlid().toString();
    }

    private Path rubbish(Path path) {
        rubbish.add(path);
        return path;
    }

    private Path others(Path path) {
        others.add(path);
        return path;
    }

    /** With the directories above it. */
    private static void file(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, MINE);
    }

    /** A socket without anybody behind it. */
    static void stale(Path socket) throws IOException {
        Files.createDirectories(socket.getParent());
        Files.deleteIfExists(socket);
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
    }

    private void owner(Path socket, ProcessIdentity process) throws IOException {
        Files.createDirectories(socket.getParent());
        Files.write(RuntimeDens.ownerFile(socket), Sidecar.of(process, 1, socket, daemon.state()));
    }

    private ProcessIdentity earlier() {
        return new ProcessIdentity(stranger.bootId(), stranger.pid(), stranger.startTicks() - 1);
    }

    /** The stranger has the pid of dead daemons, and is one itself. */
    void reusedPid() throws IOException {
        owner(daemon.socket(), earlier());
        Path dead = runtime().resolve("dead.sock");
        stale(rubbish(dead));
        owner(dead, earlier());
        rubbish(RuntimeDens.ownerFile(dead));
        told.put("dead.sock: ", Finding.Verdict.WARNING);
        Path below = runtime().resolve("below/control.sock");
        owner(below, earlier());
        file(rubbish(below.resolveSibling("control.sock.lock")));
        rubbish(RuntimeDens.ownerFile(below));
        rubbish(below.getParent());
        told.put("below/control.sock: ", Finding.Verdict.WARNING);
        Path alive = runtime().resolve("alive.sock");
        stale(others(alive));
        owner(alive, stranger);
        others(RuntimeDens.ownerFile(alive));
        // What is no socket is none that a daemon has left, whatever lies beside it.
        Path notes = runtime().resolve("notes.sock");
        file(others(notes));
        file(others(notes.resolveSibling("notes.sock.lock")));
        told.put("notes.sock: ", Finding.Verdict.WARNING);
    }

    /** Directories with a sidecar as other programs have it. */
    void otherPrograms() throws IOException {
        long now = System.currentTimeMillis();
        long stale = Garbage.STALE.toMillis();
        others(program("recent", now - stale, now - stale / 2));
        others(program("unclear", -1, -1));
        told.put("unclear: ", Finding.Verdict.WARNING);
        rubbish(program("stale", now - 2 * stale, now - stale));
        told.put("stale: ", Finding.Verdict.WARNING);
    }

    private Path program(String name, long spawnedMs, long seenMs) throws IOException {
        Path directory = Files.createDirectories(runtime().resolve(name));
        String times = spawnedMs < 0
                ? "{}"
                : "{\"spawned_at_unix_ms\": " + spawnedMs + ", \"last_seen_unix_ms\": " + seenMs + "}";
        Files.writeString(directory.resolve(name + ".daemon.json"), times);
        Files.writeString(directory.resolve("daemon.pid"), stranger.pid() + "\n");
        return directory;
    }

    private Path runs(String workspace) {
        return daemon.state().resolve("runs").resolve(workspace);
    }

    /** In a workspace that is there, and with what somebody has put into one. */
    void bareRuns(String workspace) throws IOException {
        Path bare = rubbish(runs(workspace).resolve(id()));
        file(bare.resolve("out"));
        file(bare.resolve("run.json.tmp-1f"));
        Path kept = others(runs(workspace).resolve(id()));
        file(others(kept.resolve("dump/core")));
        file(others(others(runs("notes")).resolve("out")));
    }

    /** @param like the record of a run that is alive */
    void unknownWorkspace(Path like) throws IOException {
        String bare = id();
        file(rubbish(runs(bare)).resolve(id()).resolve("out"));
        file(rubbish(daemon.state().resolve("history").resolve(bare)));
        file(others(daemon.state().resolve("history/notes")));
        // With a record it is history, which somebody may want to go back to.
        String workspace = id();
        String run = id();
        ObjectNode record = RecordText.last(like);
        record.put("workspace", workspace).put("run", run).put("command", id());
        record.put("pid", stranger.pid()).put("start_ticks", stranger.startTicks() - 1);
        Path directory = Files.createDirectories(others(runs(workspace)).resolve(run));
        Files.write(others(directory.resolve("run.json")), CardText.prettyBytes(record, 0));
    }

    void temporaryFiles(String workspace) throws IOException {
        Path state = daemon.state();
        file(rubbish(state.resolve("state.json.tmp-9a1")));
        file(rubbish(state.resolve("state.journal.tmp-9a2")));
        file(rubbish(state.resolve("history").resolve(workspace + ".tmp-9a3")));
        file(others(state.resolve("state.json.mine")));
        file(others(state.resolve("notes")));
    }

    /** Empty ones of our own, of others, and of nobody; and of a state directory that is gone, which only the doctor removes. */
    void groups() throws IOException {
        groups.leave(id(), Optional.of(daemon.state().toRealPath())).forEach(this::rubbish);
        groups.leave(id(), Optional.of(daemon.directory().toRealPath())).forEach(this::others);
        groups.leave(id(), Optional.empty()).forEach(this::others);
        String lost = id();
        abandoned.addAll(groups.leave(lost, Optional.of(daemon.directory().resolve("gone"))));
        if (!abandoned.isEmpty()) {
            others.addAll(abandoned);
            told.put(lost, Finding.Verdict.WARNING);
        }
    }

    /** Somebody has taken the runtime directory away. */
    void runtimeRemoved() throws IOException {
        if (Files.exists(runtime())) {
            Remains.delete(runtime());
        }
    }

    /** What the doctor, who changes nothing, has to have found. */
    void assertTold(List<Finding> findings) {
        told.forEach((part, verdict) -> assertTrue(
                findings.stream()
                        .anyMatch(one -> one.verdict() == verdict && one.found().contains(part)),
                () -> "'" + part + "' is not among " + findings));
        long tellable =
                told.keySet().stream().filter(part -> part.endsWith(": ")).count();
        long dens =
                findings.stream().filter(one -> one.found().matches("\\S+: .*")).count();
        assertTrue(dens <= tellable + 1, () -> "besides our own socket more than " + told + ": " + findings);
    }

    /** Names below the runtime directory that are to stay. */
    Set<String> staying() {
        Set<String> names = new LinkedHashSet<>();
        others.stream()
                .filter(path -> path.getParent().equals(runtime()))
                .forEach(path -> names.add(path.getFileName().toString()));
        return names;
    }

    /** Groups that are to stay. */
    Set<Path> groupsStaying() {
        Set<Path> all = new LinkedHashSet<>(others);
        all.removeIf(path -> !path.startsWith("/sys/fs/cgroup"));
        return all;
    }

    void assertTidy() throws IOException {
        List<Path> left = new ArrayList<>(rubbish);
        left.removeIf(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        assertEquals(List.of(), left, "what should have been removed");
        List<Path> lost = new ArrayList<>(others);
        lost.removeIf(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        assertEquals(List.of(), lost, "what is somebody else's and is gone");
        assertTrue(Processes.alive(stranger.pid()), "the stranger has been ended");
    }

    /** The same after the doctor was asked to put right what can be. */
    void assertFixed() throws IOException {
        rubbish.addAll(abandoned);
        others.removeAll(abandoned);
        assertTidy();
    }

    /** Those to whom it belongs take it away; and what should have gone goes, so that a failure leaves no groups. */
    void clear() throws IOException {
        count += rubbish.size();
        abandoned.clear();
        told.clear();
        List<Path> all = new ArrayList<>(rubbish);
        all.addAll(others);
        for (Path path : all) {
            if (path.startsWith("/sys/fs/cgroup")) {
                Files.deleteIfExists(path);
            } else if (others.contains(path) && Files.exists(path)) {
                Remains.delete(path);
            }
        }
        rubbish.clear();
        others.clear();
    }
}
