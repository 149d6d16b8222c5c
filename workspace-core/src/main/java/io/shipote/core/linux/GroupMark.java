package io.shipote.core.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;

/**
 * A text that stands in an extended attribute of a group's directory, and goes with it; see {@code xattr(7)}. The v2
 * tree has them since Linux 5.7, v1 trees do not.
 */
enum GroupMark {
    /** On a workspace's group: its id. */
    WORKSPACE("shipote.workspace"),
    /** On a workspace's group: whose it is, which is the state directory of its daemon. */
    OWNER("shipote.state"),
    /** On a run's leaf: its id. */
    RUN("shipote.run"),
    /** On a run's leaf: the command that it is an attempt of. */
    COMMAND("shipote.command"),
    /** systemd's: whether a unit's group may be divided by the unit. */
    DELEGATE("delegate"),
    /** systemd's: on every unit's group. */
    INVOCATION("invocation_id");

    private static final int MAX_BYTES = 4_096;

    private final String attribute;

    GroupMark(String attribute) {
        this.attribute = attribute;
    }

    /** Empty when it has been written, else why not. */
    Optional<String> write(Path group, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            return Optional.of("user." + attribute + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            view(group).write(attribute, ByteBuffer.wrap(bytes));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("user." + attribute + ": " + e.getMessage());
        }
    }

    /** Empty when it is not there, cannot be there, or the group is gone. */
    Optional<String> read(Path group) {
        try {
            UserDefinedFileAttributeView view = view(group);
            if (!view.list().contains(attribute)) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            view.read(attribute, bytes);
            return Optional.of(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            // No such file system, no such group, no such attribute: to the reader all the same.
            return Optional.empty();
        }
    }

    private static UserDefinedFileAttributeView view(Path group) {
        return Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    }
}
