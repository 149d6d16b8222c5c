package io.shipote.core;

import io.shipote.card.QuotaAction;
import io.shipote.card.U64;
import io.shipote.card.Word;
import io.shipote.card.wire.Applied;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The limits of a workspace, who sees to them, and when they were reached. Confined to the loop thread. */
public final class Quota {
    /** Breaches that are kept; the oldest goes first. */
    public static final int MAX_BREACHES = 32;

    /** What is limited. */
    public enum What implements Word {
        MEM,
        NPROC;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who sees to a limit. */
    public enum Enforcer implements Word {
        /** By the group's own limit: it cannot be exceeded. */
        KERNEL,
        /** By looking at each sample. */
        SAMPLER,
        NOBODY;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What came of a breach. */
    public enum Outcome implements Word {
        LOGGED,
        /** The kernel refused to fork. */
        REFUSED,
        /** A process, by the kernel, or a run, by the daemon, was ended. */
        KILLED;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A limit that was reached.
     *
     * @param atMs Unix milliseconds of the sample that showed it
     * @param used what was used then: bytes or processes
     * @param command whose run was ended for it
     */
    public record Breach(
            long atMs, What what, long used, long limit, Enforcer by, Outcome outcome, Optional<String> command) {
        /** What was used and what came of it, in words. */
        public String describe() {
            return use() + ", " + outcome.word() + " by the " + by.word()
                    + command.map(id -> ": command " + id).orElse("");
        }

        /** What was used, in words. */
        String use() {
            return what == What.MEM
                    ? "memory: " + used + " bytes, limit " + limit
                    : "processes: " + used + ", limit " + limit;
        }
    }

    private final Workspace workspace;
    private final Deque<Breach> breaches = new ArrayDeque<>();
    private long count;

    Quota(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Bytes or processes; empty without a limit. */
    public OptionalLong limit(What what) {
        if (what == What.MEM) {
            Optional<U64> bytes = workspace.spec().soma().rlimits().memBytes();
            return bytes.isPresent() ? OptionalLong.of(bytes.get().saturated()) : OptionalLong.empty();
        }
        Optional<Long> processes = workspace.spec().soma().rlimits().nproc();
        return processes.isPresent() ? OptionalLong.of(processes.get()) : OptionalLong.empty();
    }

    /** What the card wants done at a breach. */
    public QuotaAction action(What what) {
        return what == What.MEM
                ? workspace.spec().quotaEnforce().mem()
                : workspace.spec().quotaEnforce().nproc();
    }

    public Enforcer by(What what) {
        String item = what == What.MEM ? "rlimits.mem_bytes" : "rlimits.nproc";
        if (limit(what).isEmpty()) {
            return Enforcer.NOBODY;
        }
        for (Applied one : workspace.applied()) {
            if (one.item().equals(item) && one.outcome() == Applied.Outcome.APPLIED) {
                return Enforcer.KERNEL;
            }
        }
        return action(what) == QuotaAction.NONE ? Enforcer.NOBODY : Enforcer.SAMPLER;
    }

    void add(Breach breach) {
        count++;
        if (breaches.size() == MAX_BREACHES) {
            breaches.removeFirst();
        }
        breaches.addLast(breach);
    }

    /** The newest ones, oldest first. */
    public List<Breach> breaches() {
        return List.copyOf(breaches);
    }

    /** All there ever were since the daemon started. */
    public long count() {
        return count;
    }
}
