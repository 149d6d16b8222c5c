package io.shipote.daemon;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Spawned;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.Stdio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tries another version of this program as a child, before it takes this one's place. Blocks. */
final class Preflight {
    /** How long it may take to start and read the state. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int MAX_OUTPUT = 16 << 10;
    private static final int MAX_REASON = 500;
    private static final Pattern ANSWER = Pattern.compile("(?m)^ok (\\d+)( .*)?$");
    private static final Pattern REFUSAL = Pattern.compile("(?m)^error (.*)$");

    private final Spawner spawner;
    private final Path state;

    Preflight(Spawner spawner, Path state) {
        this.spawner = spawner;
        this.state = state;
    }

    /** Why it cannot take over; empty if it can: it starts, and reads all that we can read. */
    Optional<String> refusal(ProcessImage next) {
        try (Pipe output = Pipe.open()) {
            Spawned check = start(next.with(Options.CHECK_STATE), output.writeEnd());
            output.writeEnd().close();
            boolean ended = check.pidfd().await(LIMIT);
            if (!ended) {
                check.pidfd().signal(Signals.KILL);
                check.pidfd().await(LIMIT);
            }
            check.pidfd().reap();
            check.pidfd().close();
            return ended
                    ? judge(read(output.readEnd()))
                    : Optional.of("it had not read the state after " + LIMIT.toSeconds() + " s");
        } catch (IOException | RuntimeException e) {
            // Whatever it is: it is told, and this program goes on.
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Spawned start(ProcessImage check, Fd output) throws ErrnoException {
        List<String> words = ProcessImage.texts(check.words());
        return spawner.spawn(SpawnRequest.of(
                        words.get(0),
                        words.subList(1, words.size()),
                        ProcessImage.texts(check.environment()),
                        Path.of("").toAbsolutePath())
                .withStdio(Stdio.none(), new Stdio.End(output), new Stdio.End(output)));
    }

    private static String read(Fd from) throws ErrnoException {
        // A child of the child may have the other end still.
        from.setNonBlocking();
        ByteBuffer buffer = ByteBuffer.allocate(MAX_OUTPUT);
        int got = from.read(buffer);
        while (got > 0 && buffer.hasRemaining()) {
            got = from.read(buffer);
        }
        buffer.flip();
        return StandardCharsets.UTF_8.decode(buffer).toString();
    }

    private Optional<String> judge(String output) throws IOException {
        Matcher answer = ANSWER.matcher(output);
        if (answer.find()) {
            int unusable = Integer.parseInt(answer.group(1));
            // What nobody can read is no reason to stay.
            return unusable == 0 || unusable <= StateCheck.of(state).unusable().size()
                    ? Optional.empty()
                    : Optional.of("it cannot read all of the state:" + answer.group(2));
        }
        Matcher refusal = REFUSAL.matcher(output);
        String said = refusal.find() ? refusal.group(1) : output.strip().replaceAll("\\s*\\R\\s*", "; ");
        if (said.isEmpty()) {
            return Optional.of("it ended without a word");
        }
        return Optional.of(said.length() > MAX_REASON ? said.substring(0, MAX_REASON) + "…" : said);
    }
}
