package io.shipote.core;

import com.github.f4b6a3.ulid.UlidFactory;
import io.shipote.card.CommandId;
import io.shipote.card.PipelineId;
import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import java.security.SecureRandom;

/** Makes new identities: ULIDs, strictly increasing even within a millisecond. Confined to the loop thread. */
public final class Ids {
    private final UlidFactory factory;

    public Ids(Loop loop) {
        factory = UlidFactory.newMonotonicInstance(new SecureRandom(), loop::wallMillis);
    }

    public WorkspaceId workspace() {
        return WorkspaceId.parse(next());
    }

    public CommandId command() {
        return CommandId.parse(next());
    }

    public PipelineId pipeline() {
        return PipelineId.parse(next());
    }

    public RunId run() {
        return RunId.parse(next());
    }

    private String next() {
        return factory.create().toString();
    }
}
