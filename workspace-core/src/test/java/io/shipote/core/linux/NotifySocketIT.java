package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages over real datagram sockets. */
class NotifySocketIT {
    @TempDir
    Path directory;

    @Test
    void messagesArriveAtAPathAndAtAnAbstractName() throws Exception {
        String path = directory.resolve("notify").toString();
        String hidden = "@shipote-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        for (String name : List.of(path, hidden)) {
            try (NotifyStandIn manager = new NotifyStandIn(name)) {
                NotifySocket socket = NotifySocket.of(name);
                socket.send("READY=1");
                socket.send("STATUS=é\nWATCHDOG=1");
                assertEquals(List.of("READY=1", "STATUS=é\nWATCHDOG=1"), manager.messages());
            }
        }
    }

    @Test
    void nobodyThereIsAnErrorWithItsName() {
        NotifySocket socket = NotifySocket.of(directory.resolve("nobody").toString());
        assertEquals(
                "ENOENT",
                assertThrows(ErrnoException.class, () -> socket.send("READY=1")).errnoName());
        NotifySocket hidden = NotifySocket.of("@shipote-nobody-" + System.nanoTime());
        assertEquals(
                "ECONNREFUSED",
                assertThrows(ErrnoException.class, () -> hidden.send("READY=1")).errnoName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "@", "relative", "vsock:2:1234"})
    void otherKindsOfNamesAreRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> NotifySocket.of(name));
    }

    @Test
    void aNameThatIsTooLongIsRefused() throws Exception {
        String longest = "@" + "x".repeat(107);
        try (NotifyStandIn manager = new NotifyStandIn(longest)) {
            NotifySocket.of(longest).send("a");
            assertEquals(List.of("a"), manager.messages());
        }
        assertThrows(IllegalArgumentException.class, () -> NotifySocket.of(longest + "x"));
        assertThrows(IllegalArgumentException.class, () -> NotifySocket.of("/" + "x".repeat(107)));
    }
}
