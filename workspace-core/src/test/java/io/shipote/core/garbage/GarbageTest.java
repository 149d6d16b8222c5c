package io.shipote.core.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.core.garbage.Garbage.Verdict;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rule for what is ours; for others see the contract. */
class GarbageTest implements GarbageContract {
    private static final Optional<Boolean> FREE = Optional.of(false);
    private final FakeLife life = new FakeLife().with(PID, 70_000);

    @Override
    public Ground ground() {
        return new FakeDens();
    }

    private Verdict ours(Optional<ProcessIdentity> identity, Optional<Boolean> locked) throws IOException {
        Optional<Sidecar> sidecar = identity.map(
                daemon -> Sidecar.parse(Sidecar.of(daemon, 70_000, Path.of("/run/x.sock"), Path.of("/state")))
                        .orElseThrow());
        Den den = new Den("x.sock", Den.Kind.OURS, sidecar, Optional.empty(), locked);
        Dens one = new Dens() {
            @Override
            public List<Den> all() {
                return List.of(den);
            }

            @Override
            public void seen(Den den, long nowMs) {
                throw new AssertionError("ours need no note");
            }

            @Override
            public boolean remove(Den den) {
                return true;
            }
        };
        Garbage.Judged judged =
                new Garbage(life, STALE).collect(one, 70_001).all().get(0);
        assertEquals(judged.verdict() == Verdict.DEAD, judged.gone());
        return judged.verdict();
    }

    private static Optional<ProcessIdentity> daemon(String boot, int pid, long ticks) {
        return Optional.of(new ProcessIdentity(boot, pid, ticks));
    }

    @Test
    void oursLiveOnlyWithTheirBootPidAndStartTogether() throws IOException {
        assertEquals(Verdict.ALIVE, ours(daemon(FakeLife.BOOT, PID, 7_000), FREE));
        assertEquals(Verdict.DEAD, ours(daemon(FakeLife.BOOT, PID, 7_001), FREE), "no tolerance, no delay");
        assertEquals(Verdict.DEAD, ours(daemon("boot-0", PID, 7_000), FREE));
        assertEquals(Verdict.DEAD, ours(daemon(FakeLife.BOOT, DEAD, 7_000), FREE));
        assertEquals(Verdict.DEAD, ours(daemon(FakeLife.BOOT, DEAD, 7_000), Optional.empty()));
    }

    @Test
    void whoHoldsTheLockIsAliveWhateverIsWritten() throws IOException {
        assertEquals(Verdict.ALIVE, ours(daemon("boot-0", DEAD, 1), Optional.of(true)));
        assertEquals(Verdict.ALIVE, ours(Optional.empty(), Optional.of(true)));
        assertEquals(Verdict.DEAD, ours(Optional.empty(), FREE));
        assertEquals(Verdict.UNCLEAR, ours(Optional.empty(), Optional.empty()));
    }
}
