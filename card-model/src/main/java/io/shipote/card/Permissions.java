package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a workspace's commands may do beyond their own work.
 *
 * @param ipc the protocols they may speak with other workspaces
 * @param processes whether they may see processes outside
 */
public record Permissions(Networking networking, Filesystem filesystem, Ipc ipc, boolean processes, Shape shape) {
    public static final Permissions NONE =
            new Permissions(Networking.NONE, Filesystem.NONE, Ipc.NONE, false, Shape.NEW);

    public static Permissions decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        Networking networking = in.word("networking", Networking.values(), Networking.NONE);
        Filesystem filesystem = in.word("filesystem", Filesystem.values(), Filesystem.NONE);
        JsonNode ipc = in.optional("ipc");
        return new Permissions(
                networking,
                filesystem,
                ipc == null ? Ipc.NONE : Ipc.decode(ipc, in.at("ipc"), problems),
                in.flag("processes", false),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("networking", networking, Networking.NONE)
                .put("filesystem", filesystem, Filesystem.NONE)
                .put("ipc", ipc.encode(), ipc.equals(Ipc.NONE))
                .put("processes", processes, false)
                .end();
    }

    /** @param allow names of protocols */
    public record Ipc(List<String> allow, Shape shape) {
        public static final Ipc NONE = new Ipc(List.of(), Shape.NEW);

        public Ipc {
            allow = List.copyOf(allow);
        }

        static Ipc decode(JsonNode node, String path, Problems problems) {
            FieldReader in = new FieldReader(node, path, problems);
            JsonNode allow = in.optional("allow");
            return new Ipc(allow == null ? List.of() : Scalars.texts(allow, in.at("allow"), problems), in.shape());
        }

        JsonNode encode() {
            return new FieldWriter(shape)
                    .put("allow", FieldWriter.texts(allow), allow.isEmpty())
                    .end();
        }
    }
}
