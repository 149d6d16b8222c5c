package io.shipote.daemon;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Signals;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Spawned;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.Stdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries another version of this program as a child, before it takes this one's place. Blocks. */
final class Preflight {
    /** How long it may take to start and read the state, and how long its rehearsal may take. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    /** Between two looks at its output. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final int CHUNK = 16 << 10;
    private static final int MAX_REASON = 500;
    private static final Pattern ANSWER = Pattern.compile("(?m)^ok (\\d+)( .*)?$");
    private static final Pattern NO_DAEMON =
            Pattern.compile("(?m)^Caused by: java.lang.ClassNotFoundException: " + Pattern.quote(Main.class.getName()));
    private static final Pattern LOGGED = Pattern.compile("(?m)^\\[[^]]*]\\[.*(\\R|$)");
    private static final Pattern REFUSAL = Pattern.compile("(?m)^error (.*)$");

    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

    private final Spawner spawner;
    private final Path state;
    private final ClassArchive archives;

    /** @param state the state directory */
    Preflight(Spawner spawner, Path state) {
        this.spawner = spawner;
        this.state = state;
        this.archives = new ClassArchive(state);
    }

    /**
     * What came of it.
     *
     * @param refusal why it cannot take over; empty if it can: it starts, and reads all that we can read
     * @param image what is to be started, with an archive of its classes if one could be made
     */
    record Checked(Optional<String> refusal, ProcessImage image) {}

    /** Tries it. */
    Checked check(ProcessImage next) {
        Optional<String> missing = missing(next);
        if (missing.isPresent()) {
            return new Checked(missing, next);
        }
        try {
            Optional<String> refusal = run(next.with(Options.CHECK_STATE))
                    .map(this::judge)
                    .orElseGet(() -> Optional.of("it had not read the state after " + LIMIT.toSeconds() + " s"));
            return refusal.isPresent() || !next.mayHaveArchive(archives) ? new Checked(refusal, next) : archived(next);
        } catch (IOException | RuntimeException e) {
            // Whatever it is: it is told, and this program goes on.
            return new Checked(Optional.of(String.valueOf(e.getMessage())), next);
        }
    }

    /** Java passes over a jar that is not there, and then misses a class. */
    private static Optional<String> missing(ProcessImage next) {
        for (String entry : next.classPath().split(":")) {
            if (!entry.isEmpty() && !entry.endsWith("*") && !Files.isReadable(Path.of(entry))) {
                return Optional.of((Files.exists(Path.of(entry)) ? "cannot read " : "there is no ") + entry);
            }
        }
        return Optional.empty();
    }

    /** With the archive of its classes, which is made if it is not there: by a rehearsal, which may fail as well. */
    private Checked archived(ProcessImage next) {
        try {
            Path place = archives.place(next);
            if (!Files.exists(place)) {
                Path made = archives.prepare();
                Path stage = Files.createTempDirectory("shipote-rehearsal");
                String output = rehearse(next.rehearsal(made, stage), stage);
                Matcher refusal = REFUSAL.matcher(output);
                if (refusal.find()) {
                    return new Checked(Optional.of("its rehearsal failed: " + refusal.group(1)), next);
                }
                if (!output.contains(StateCheck.OK.strip()) || !archives.keep(made, place)) {
                    LOG.warn("no archive of classes was made: {}", cut(output));
                    return new Checked(Optional.empty(), next.withoutArchive());
                }
            }
            return new Checked(Optional.empty(), next.withArchive(place));
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("no archive of classes was made", e);
            return new Checked(Optional.empty(), next.withoutArchive());
        }
    }

    private String rehearse(ProcessImage rehearsal, Path stage) throws IOException {
        try {
            return run(rehearsal).orElse("");
        } finally {
            try (Stream<Path> all = Files.walk(stage)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** What it says until it ends; empty if it does not end in time. */
    private Optional<String> run(ProcessImage image) throws IOException {
        try (Pipe output = Pipe.open()) {
            // A child of the child may have the other end still.
            output.readEnd().setNonBlocking();
            Excerpt said = new Excerpt();
            boolean ended;
            try (PidFd check = start(image, output.writeEnd()).pidfd()) {
                output.writeEnd().close();
                ended = ended(check, output.readEnd(), said);
                if (!ended) {
                    check.signal(Signals.KILL);
                    check.await(LIMIT);
                }
                check.reap();
            }
            return ended ? Optional.of(said.text()) : Optional.empty();
        }
    }

    /** Reads what it says meanwhile: with a full pipe it would not come to its end. */
    private static boolean ended(PidFd check, Fd output, Excerpt said) throws ErrnoException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        boolean ended = false;
        while (!ended && System.nanoTime() < limit) {
            ended = check.await(LOOK);
            drain(output, said);
        }
        return ended;
    }

    private static void drain(Fd from, Excerpt said) throws ErrnoException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (from.read(buffer) > 0) {
            said.add(buffer.flip());
            buffer.clear();
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

    private Optional<String> judge(String output) {
        Matcher answer = ANSWER.matcher(output);
        if (answer.find()) {
            int unusable = Integer.parseInt(answer.group(1));
            // What nobody can read is no reason to stay.
            return unusable == 0 || unusable <= ourOwn()
                    ? Optional.empty()
                    : Optional.of("it cannot read all of the state:" + answer.group(2));
        }
        Matcher refusal = REFUSAL.matcher(output);
        return Optional.of(refusal.find() ? cut(refusal.group(1)) : cut(output));
    }

    private int ourOwn() {
        try {
            return StateCheck.of(state).unusable().size();
        } catch (IOException e) {
            throw new UncheckedIOException("the state cannot be read: " + e.getMessage(), e);
        }
    }

    static String cut(String output) {
        if (NO_DAEMON.matcher(output).find()) {
            return "what --jar names is no daemon of shipote: it has no class " + Main.class.getName();
        }
        // What the virtual machine logs beside is not why it ended, unless it says nothing else.
        String plain = LOGGED.matcher(output).replaceAll("");
        String said = (plain.isBlank() ? output : plain).strip().replaceAll("\\s*\\R\\s*", "; ");
        if (said.isEmpty()) {
            return "it ended without a word";
        }
        return said.length() > MAX_REASON ? said.substring(0, MAX_REASON) + "…" : said;
    }
}
