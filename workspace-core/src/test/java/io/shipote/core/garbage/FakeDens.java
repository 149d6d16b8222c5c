package io.shipote.core.garbage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A runtime directory in memory. */
final class FakeDens implements Dens, GarbageContract.Ground {
    private final Map<String, String> sidecars = new TreeMap<>();
    private final Map<String, String> pids = new TreeMap<>();

    @Override
    public void foreign(String name, String sidecar, String pid) {
        sidecars.put(name, sidecar);
        pids.put(name, pid);
    }

    @Override
    public Dens dens() {
        return this;
    }

    @Override
    public String sidecar(String name) {
        return sidecars.get(name);
    }

    @Override
    public boolean there(String name) {
        return sidecars.containsKey(name);
    }

    @Override
    public List<Den> all() {
        return sidecars.keySet().stream().map(this::den).toList();
    }

    private Den den(String name) {
        return new Den(
                name,
                Den.Kind.FOREIGN,
                Sidecar.parse(sidecars.get(name).getBytes(StandardCharsets.UTF_8)),
                Optional.of(pids.get(name)).filter(pid -> !pid.isEmpty()).map(Integer::valueOf),
                Optional.empty());
    }

    @Override
    public void seen(Den den, long nowMs) {
        Sidecar.seen(sidecars.get(den.name()).getBytes(StandardCharsets.UTF_8), nowMs)
                .ifPresent(text -> sidecars.put(den.name(), new String(text, StandardCharsets.UTF_8)));
    }

    @Override
    public boolean remove(Den den) {
        return sidecars.remove(den.name()) != null;
    }
}
