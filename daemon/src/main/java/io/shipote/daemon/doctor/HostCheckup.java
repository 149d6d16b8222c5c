package io.shipote.daemon.doctor;

import io.shipote.core.isolation.HostView;
import io.shipote.core.linux.CgroupHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Java, control groups and tools. */
public final class HostCheckup implements Checkup {
    private static final String JAVA = "java";
    private static final String CGROUPS = "cgroups";
    private static final String TOOLS = "tools";

    private final CgroupHost cgroups;
    private final HostView host;

    public HostCheckup(CgroupHost cgroups, HostView host) {
        this.cgroups = cgroups;
        this.host = host;
    }

    /** What a tool is for. */
    private record Tool(String name, String installedBy, String lost) {}

    private static final List<Tool> NEEDED = List.of(
            new Tool("unshare", "util-linux", "namespaces of cards are not applied"),
            new Tool("setpriv", "util-linux", "run_as and capabilities of cards are not applied"),
            new Tool("prlimit", "util-linux", "resource limits of cards are not applied"),
            new Tool("bwrap", "bubblewrap", "mounts of cards are not applied"));

    @Override
    public String name() {
        return "host";
    }

    @Override
    public List<Finding> look(boolean fix) {
        List<Finding> found = new ArrayList<>();
        found.add(Finding.ok(
                JAVA,
                Runtime.version() + " in " + System.getProperty("java.home") + ", kernel "
                        + System.getProperty("os.version")));
        found.add(groups());
        for (Tool tool : NEEDED) {
            found.add(host.tool(tool.name())
                    .map(path -> Finding.ok(TOOLS, path.toString()))
                    .orElseGet(() -> Finding.warning(
                            TOOLS,
                            tool.name() + " is not installed: " + tool.lost(),
                            "install the package " + tool.installedBy())));
        }
        return found;
    }

    private Finding groups() {
        Optional<String> advice =
                switch (cgroups.mode()) {
                    case V2, HYBRID -> Optional.empty();
                    case V1 ->
                        Optional.of("mount a v2 tree too (mount -t cgroup2 none /sys/fs/cgroup/unified), or boot with"
                                + " systemd.unified_cgroup_hierarchy=1");
                    case NONE ->
                        Optional.of(
                                "run the daemon as a service with Delegate=yes (packaging/systemd), or set cgroup_root in"
                                        + " config.toml");
                };
        String found = cgroups.describe();
        if (advice.isPresent()) {
            return Finding.warning(CGROUPS, found + ": limits or containment are not applied", advice.get());
        }
        return cgroups.reasons().isEmpty()
                ? Finding.ok(CGROUPS, found)
                : Finding.warning(
                        CGROUPS, found, "have these controllers mounted and delegated if cards ask for their limits");
    }
}
