package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A {@code /proc} and a {@code /sys/fs/cgroup} of plain files. */
record FakeTree(Path root) {
    static final String HYBRID = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
            34 31 0:31 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;
    static final String V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

    Path proc() {
        return root.resolve("proc");
    }

    Path sys() {
        return root.resolve("sys");
    }

    CgroupHost detect(String cgroup, String mountinfo) throws IOException {
        Path self = Files.createDirectories(proc().resolve("self"));
        Files.writeString(self.resolve("cgroup"), cgroup);
        Files.writeString(self.resolve("mountinfo"), mountinfo);
        return CgroupHost.detect(proc(), sys());
    }

    /** What a program that systemd has started finds. */
    CgroupHost detectInService(String cgroup, Optional<String> configured) throws IOException {
        detect(cgroup, V2);
        return CgroupHost.detectInService(proc(), sys(), configured);
    }

    /** Makes a group's directory with these processes in it. */
    Path group(String path, String procs) throws IOException {
        Path dir = Files.createDirectories(sys().resolve(path));
        Files.writeString(dir.resolve("cgroup.procs"), procs);
        return dir;
    }

    /** A v2 group that the daemon is alone in, with these controllers. */
    Path delegated(String path, String controllers) throws IOException {
        Path own = group(path, "");
        Files.writeString(own.resolve("cgroup.type"), "domain\n");
        Files.writeString(own.resolve("cgroup.controllers"), controllers + "\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "");
        return own;
    }

    /** Makes control files, empty ones. */
    static void files(Path group, List<String> names) throws IOException {
        for (String name : names) {
            Files.writeString(group.resolve(name), "");
        }
    }

    static String text(Path group, String file) throws IOException {
        return Files.readString(group.resolve(file));
    }
}
