package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.EnvVar;
import io.shipote.card.Payload;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a payload says of the program to run. */
public final class Argv {
    private Argv() {}

    /** The program and its arguments. */
    public static List<String> of(CommandRef spec) {
        Payload payload = spec.payload();
        if (payload instanceof Payload.Native program) {
            return joined(program.exec(), program.argv());
        }
        if (payload instanceof Payload.Legacy program) {
            return joined(program.exec(), program.argv());
        }
        throw new ShipoteException(
                ErrorCode.NOT_RUNNABLE,
                "'" + spec.label() + "' cannot run: its payload is "
                        + (payload instanceof Payload.Wasm
                                ? "Wasm, and there is no WebAssembly runtime here"
                                : "Virtual, which stands for no program")
                        + " (use Native)",
                Map.of("payload", payload.getClass().getSimpleName()));
    }

    /** The variables it sets. */
    public static List<EnvVar> environment(CommandRef spec) {
        return spec.payload() instanceof Payload.Native program ? program.envp() : List.of();
    }

    private static List<String> joined(String exec, List<String> rest) {
        List<String> all = new ArrayList<>(rest.size() + 1);
        all.add(exec);
        all.addAll(rest);
        return List.copyOf(all);
    }
}
