package io.shipote.client;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The only key of {@code config.toml} that concerns a client: where the daemon listens. */
final class ConfiguredSocket {
    private static final String KEY = "socket";

    private ConfiguredSocket() {}

    /**
     * The path that the file names; null if it names none, or there is no file.
     *
     * @throws ShipoteException {@link ErrorCode#INVALID_SPEC} if the file is no TOML or the key no absolute path: what
     *     the daemon would make of it is not known then
     */
    static Path of(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw bad(file.toString(), "cannot be read: " + e.getMessage());
        }
        // The parser is the slow part of a start: most files do not need it.
        return text.contains(KEY) ? parse(file, text) : null;
    }

    private static Path parse(Path file, String text) {
        try {
            JsonNode value = new TomlMapper().readTree(text).path(KEY);
            if (value.isMissingNode()) {
                return null;
            }
            if (!value.isTextual()
                    || !value.textValue().startsWith("/")
                    || value.textValue().indexOf('\0') >= 0) {
                throw bad(file.toString(), KEY + " must be an absolute path");
            }
            return Path.of(value.textValue());
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw bad(file + place, e.getOriginalMessage().lines().findFirst().orElse("not TOML"));
        }
    }

    private static ShipoteException bad(String place, String reason) {
        return new ShipoteException(
                ErrorCode.INVALID_SPEC, place + ": " + reason + " (mend it, or name the socket with --socket)");
    }
}
