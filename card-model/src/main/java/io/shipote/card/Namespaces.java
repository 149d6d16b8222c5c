package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;

/** Which kernel namespaces of its own a command gets. */
public record Namespaces(
        boolean mount, boolean pid, boolean net, boolean uts, boolean ipc, boolean user, boolean cgroup, Shape shape) {
    /** None: everything is shared with the host. */
    public static final Namespaces NONE = new Namespaces(false, false, false, false, false, false, false, Shape.NEW);

    public static Namespaces decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new Namespaces(
                in.flag("mount"),
                in.flag("pid"),
                in.flag("net"),
                in.flag("uts"),
                in.flag("ipc"),
                in.flag("user"),
                in.flag("cgroup"),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("mount", mount)
                .put("pid", pid)
                .put("net", net)
                .put("uts", uts)
                .put("ipc", ipc)
                .put("user", user)
                .put("cgroup", cgroup)
                .end();
    }
}
