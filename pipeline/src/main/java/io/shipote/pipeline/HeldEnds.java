package io.shipote.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.core.AdoptionError;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The pipe ends that a process of an earlier daemon holds, opened anew. */
final class HeldEnds {
    /** In a run record: the name of the hold. */
    static final String NAME = "hold";
    /** In a run record: an object from each end to its pipe's identity. */
    static final String ENDS = "ends";

    /** In a run record: that the hold needs no process any more, as all its ends are closed in due course. */
    private static final String DONE = "done";

    private HeldEnds() {}

    /** The same record, once its hold is done. */
    static RunRecord markDone(RunRecord holder) {
        ObjectNode holds = holder.holds().orElseThrow().deepCopy();
        return holder.holding(holder.pipeline().orElseThrow(), holds.put(DONE, true));
    }

    static boolean done(RunRecord holder) {
        return holder.holds().map(holds -> holds.path(DONE).asBoolean()).orElse(false);
    }

    static String name(RunRecord holder) {
        return holder.holds().map(holds -> holds.path(NAME).asText()).orElse("");
    }

    /**
     * Opens what it holds. Of a pipe of the pump's own both ends are opened, though one is held.
     *
     * <p>That the process still is the one of the record need not be looked at: a pipe is known by its own identity, which
     * is not given away as long as anybody has it open.
     *
     * @param own the pipes of the pumps' own
     * @throws IOException if an end is not there any more, or cannot be opened; none is left open then
     * @throws AdoptionError if this daemon has no descriptor for it; so too
     */
    static Map<PipeEnd, Fd> open(RunRecord holder, Set<Integer> own) throws IOException {
        Map<PipeEnd, Fd> ends = new TreeMap<>();
        JsonNode held = holder.holds().orElseThrow().path(ENDS);
        try {
            for (Map.Entry<String, JsonNode> one : held.properties()) {
                PipeEnd end = PipeEnd.parse(one.getKey());
                String identity = one.getValue().asText();
                ends.put(end, reopen(holder, end, identity));
                if (own.contains(end.pipe())) {
                    ends.put(PipeEnd.write(end.pipe()), reopen(holder, PipeEnd.write(end.pipe()), identity));
                }
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            ends.values().forEach(Fd::close);
            AdoptionError.throwIfNoDescriptor(e);
            throw new IOException("what process " + holder.pid() + " held: " + e.getMessage(), e);
        }
        return ends;
    }

    private static Fd reopen(RunRecord holder, PipeEnd end, String identity) throws IOException {
        Optional<Fd> opened = Pipe.reopen(holder.pid(), identity, end.write() ? Fd.Access.WRITE : Fd.Access.READ);
        return opened.orElseThrow(() -> new IOException("pipe end " + end + " (" + identity + ") is gone"));
    }

    /** The pipes of a plan that only its pumps use. */
    static Set<Integer> own(Wiring wiring) {
        Set<Integer> own = new TreeSet<>();
        for (Wiring.Split split : wiring.splits()) {
            own.add(split.stage());
            own.addAll(split.shares());
        }
        wiring.merges().forEach(merge -> merge.run().ifPresent(own::add));
        return own;
    }
}
