package io.shipote.core;

import io.shipote.card.EnvVar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of environment variables that a card names instead of holding them: read anew for each launch and kept nowhere.
 * Each line is {@code NAME=VALUE}, the value being all that follows, as it stands; empty lines and those that begin with
 * {@code #} do not count. No message has a line's text in it.
 */
final class EnvFile {
    /** In bytes. */
    static final int MAX_BYTES = 1 << 20;

    private EnvFile() {}

    /**
     * Its variables in their order. Blocks.
     *
     * @throws IOException saying which file or line is wrong, and how
     */
    static List<EnvVar> read(Path file) throws IOException {
        // A pipe would hold the launcher up for as long as nobody writes.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("its env_file " + file + " is no regular file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("its env_file " + file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException("its env_file " + file + " may not be read by the daemon", e);
        } catch (IOException e) {
            throw new IOException("its env_file " + file + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException("its env_file " + file + " has more than " + MAX_BYTES + " bytes");
        }
        try {
            return variables(
                    file,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new IOException("its env_file " + file + " is not UTF-8", e);
        }
    }

    private static List<EnvVar> variables(Path file, String text) throws IOException {
        List<EnvVar> variables = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int sign = line.indexOf('=');
            if (sign <= 0 || line.indexOf('\0') >= 0) {
                throw new IOException("line " + number + " of its env_file " + file + " is no NAME=VALUE");
            }
            variables.add(new EnvVar(line.substring(0, sign), line.substring(sign + 1)));
        }
        return variables;
    }
}
