package io.shipote.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.shipote.core.garbage.Garbage;
import io.shipote.core.garbage.LinuxLife;
import io.shipote.core.garbage.RuntimeDens;
import io.shipote.core.isolation.LinuxHostView;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.OrphanGroups;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.Spawner;
import io.shipote.daemon.control.SocketPath;
import io.shipote.daemon.doctor.Checkup;
import io.shipote.daemon.doctor.DirectoryCheckup;
import io.shipote.daemon.doctor.Finding;
import io.shipote.daemon.doctor.HostCheckup;
import io.shipote.daemon.doctor.LeftoverCheckup;
import io.shipote.daemon.doctor.LimitsCheckup;
import io.shipote.daemon.doctor.StateCheckup;
import io.shipote.daemon.doctor.UnwatchedCheckup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at this host and at an installation as a daemon would find them, without being one; {@code shipote doctor} starts it.
 * It prints one JSON document: {@code {"version", "findings": [...]}}. Arguments: those of {@link Main}, and {@code --fix}.
 */
public final class DoctorMain {
    private static final String FIX = "--fix";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private DoctorMain() {}

    /** The document. */
    record Report(String version, List<Finding> findings) {}

    /** Exit status 0, whatever is found. */
    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean fix = words.remove(FIX);
        System.out.println(text(new Report(Main.version(), look(words, System.getenv(), fix))));
    }

    private static String text(Report report) {
        try {
            return MAPPER.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("findings are plain values", e);
        }
    }

    private static List<Finding> look(List<String> words, Map<String, String> environment, boolean fix)
            throws IOException {
        List<Finding> found = new ArrayList<>();
        Logs.level(DaemonConfig.LogLevel.ERROR);
        Settings settings;
        try {
            settings = Settings.of(Options.parse(words), environment, Main.home(), Main.version());
        } catch (StartException e) {
            return List.of(Finding.problem("configuration", e.getMessage(), "correct it: no daemon starts with it"));
        }
        for (Checkup checkup : checkups(settings, environment)) {
            try {
                found.addAll(checkup.look(fix));
            } catch (IOException | UncheckedIOException e) {
                found.add(Finding.problem(
                        checkup.name(),
                        "nobody can tell: " + e,
                        "look at the path that is named, and who may read it"));
            }
        }
        return found;
    }

    private static List<Checkup> checkups(Settings settings, Map<String, String> environment) throws IOException {
        Directories directories = settings.directories();
        DaemonConfig config = settings.config();
        int uid = SocketPath.ownUid();
        ProcFiles proc = new ProcFiles();
        CgroupHost cgroups = settings.cgroups();
        Path logs = Optional.ofNullable(environment.get("LOGS_DIRECTORY"))
                .map(Path::of)
                .orElse(directories.state());
        Path sockets = settings.socket().getParent();
        boolean shared = !config.allowUids().isEmpty();
        List<Checkup> all = new ArrayList<>(List.of(
                new HostCheckup(
                        cgroups, new LinuxHostView(new Spawner(proc), Optional.ofNullable(environment.get("PATH")))),
                new DirectoryCheckup("state directory", directories.state(), uid, false),
                new DirectoryCheckup("socket directory", sockets, uid, shared)));
        if (!sockets.equals(directories.runtime())) {
            all.add(new DirectoryCheckup("runtime directory", directories.runtime(), uid, shared));
        }
        all.add(new StateCheckup(directories.state(), logs.resolve("daemon.log"), config.disk()));
        all.add(new LimitsCheckup(Path.of("/proc")));
        all.add(new LeftoverCheckup(
                new Garbage(new LinuxLife(proc), Garbage.STALE),
                new RuntimeDens(directories.runtime()),
                new OrphanGroups(cgroups)));
        all.add(new UnwatchedCheckup(directories.state(), cgroups, new StoreKeys()));
        return all;
    }
}
