package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code upgrade}: the daemon becomes another version, or starts anew, without an end of what it runs. */
final class Upgrade implements Verb {
    @Override
    public String summary() {
        return "replace the daemon's program; what it runs goes on";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.value("java", "PATH", "the java program to go on with; without it, the one it runs on");
        flags.value("jar", "PATH", "the daemon's jar, or one of several; without it, the one beside this program");
        flags.value("jvm-flag", "FLAG", "add a flag of java, such as --jvm-flag=-Xmx64m; may be repeated");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        if (in.value("java") != null) {
            parameters.put("java", absolute(in.value("java")));
        }
        List<String> jars = in.values("jar");
        if (!jars.isEmpty()) {
            jars.forEach(jar -> parameters.withArray("class_path").add(absolute(jar)));
        } else if (Files.exists(DaemonLauncher.jar())) {
            parameters.withArray("class_path").add(DaemonLauncher.jar().toString());
        }
        in.values("jvm-flag").forEach(flag -> parameters.withArray("jvm_flags").add(flag));
        ObjectNode reply = in.session().existing().call(Session.INTERFACE + "Upgrade", parameters);
        in.print(
                reply,
                "upgraded  pid=" + reply.path("pid").asText() + "  "
                        + reply.path("previous").asText() + " -> "
                        + reply.path("version").asText() + "  (calls waited for "
                        + reply.path("paused_ms").asText() + " ms)");
        return 0;
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }
}
