package io.shipote.core.isolation;

import io.shipote.card.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Namespaces of its own, by {@code unshare(1)}. What only root may do is done inside a user namespace, where the host
 * allows one to others.
 *
 * <p>In a pid namespace the program must not be the first process: the kernel ignores signals to that one which have no
 * handler, and it would have to wait for strangers. A process that sleeps is the first; the program is the second, and
 * {@code unshare} stays outside and passes on how it ended. The sleeper dies with {@code unshare}, and all the others
 * with the sleeper.
 */
final class NamespaceWords {
    /** $0 is sleep, $1 setpriv, $2 env; the rest is what goes on. */
    private static final String FIRST_PROCESS = """
            "$1" --pdeathsig KILL "$2" --ignore-signal=CHLD "$0" infinity </dev/null >/dev/null 2>&1 &
            shift 2
            exec "$@"
            """;

    private static final String LOOPBACK = "\"$0\" link set lo up || exit 1; exec \"$@\"";

    private final HostView host;
    private final Report report;
    private final Map<String, Boolean> asked = new LinkedHashMap<>();
    private boolean user;

    NamespaceWords(HostView host, Namespaces asked, Report report) {
        this.host = host;
        this.report = report;
        this.asked.put("user", asked.user());
        this.asked.put("mount", asked.mount());
        this.asked.put("net", asked.net());
        this.asked.put("uts", asked.uts());
        this.asked.put("ipc", asked.ipc());
        this.asked.put("cgroup", asked.cgroup());
        this.asked.put("pid", asked.pid());
    }

    /** Whether a process outside waits for the program. */
    static boolean forks(List<String> words) {
        return words.contains(FIRST_PROCESS);
    }

    List<String> words() {
        if (!asked.containsValue(true)) {
            return List.of();
        }
        Optional<Path> unshare = host.tool("unshare");
        if (unshare.isEmpty()) {
            asked.forEach((kind, wanted) -> {
                if (wanted) {
                    report.degraded("namespaces." + kind, Tools.missing("unshare"));
                }
            });
            return List.of();
        }
        return words(unshare.get().toString());
    }

    private List<String> words(String unshare) {
        List<String> flags = new ArrayList<>();
        asked.forEach((kind, wanted) -> {
            if (wanted && !kind.equals("pid") && possible(unshare, kind)) {
                flags.add("--" + kind);
            }
        });
        List<String> pid = asked.get("pid") ? pid(unshare) : List.of();
        if (flags.isEmpty() && pid.isEmpty()) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        if (user || !flags.isEmpty()) {
            words.addAll(base(unshare, user));
            flags.stream().filter(flag -> !flag.equals("--user")).forEach(words::add);
        }
        if (flags.contains("--net")) {
            words.addAll(loopback(List.copyOf(words)));
        }
        // Last: the first process that is forked after it is the one on which the namespace lives.
        words.addAll(pid);
        if (user && host.uid() != 0) {
            // What it was allowed to do in there was for making all this only.
            host.tool("setpriv").ifPresent(tool -> words.addAll(dropped(tool)));
        }
        return words;
    }

    private static List<String> base(String unshare, boolean user) {
        return user ? List.of(unshare, "--map-current-user", "--keep-caps") : List.of(unshare);
    }

    private static List<String> dropped(Path setpriv) {
        return List.of(setpriv.toString(), "--inh-caps=-all", "--ambient-caps=-all");
    }

    /** Tries it alone; where that is refused, in a user namespace. */
    private boolean possible(String unshare, String kind) {
        String item = "namespaces." + kind;
        boolean itself = kind.equals("user");
        Optional<String> refused = itself || user ? Optional.of("") : host.refused(List.of(unshare, "--" + kind));
        if (refused.isEmpty()) {
            report.applied(item);
            return true;
        }
        List<String> inside = new ArrayList<>(base(unshare, true));
        if (!itself) {
            inside.add("--" + kind);
        }
        Optional<String> refusedInside = host.refused(inside);
        if (refusedInside.isPresent()) {
            report.degraded(item, refusedInside.get());
            return false;
        }
        user = true;
        report.applied(item);
        return true;
    }

    /** The words for a pid namespace; none where it cannot be had. */
    private List<String> pid(String unshare) {
        for (String tool : List.of("setpriv", "env", "sleep")) {
            if (host.tool(tool).isEmpty()) {
                report.degraded("namespaces.pid", Tools.missing(tool));
                return List.of();
            }
        }
        List<String> own = firstProcess(unshare, true);
        Optional<String> refused = tried(unshare, user, own);
        if (refused.isPresent() && !user) {
            refused = tried(unshare, true, own);
            user = refused.isEmpty();
        }
        if (refused.isEmpty()) {
            report.applied("namespaces.pid");
            return own;
        }
        List<String> shared = firstProcess(unshare, false);
        Optional<String> alsoRefused = tried(unshare, user, shared);
        report.degraded(
                "namespaces.pid",
                alsoRefused.isEmpty() ? "it sees the /proc of the host: " + refused.get() : refused.get());
        return alsoRefused.isEmpty() ? shared : List.of();
    }

    private Optional<String> tried(String unshare, boolean inside, List<String> pid) {
        List<String> words = new ArrayList<>(inside ? base(unshare, true) : List.of());
        words.addAll(pid);
        return host.refused(words);
    }

    private List<String> firstProcess(String unshare, boolean ownProc) {
        List<String> words = new ArrayList<>(List.of(unshare, "--pid", "/bin/sh", "-c", FIRST_PROCESS));
        for (String tool : List.of("sleep", "setpriv", "env")) {
            words.add(host.tool(tool).orElseThrow().toString());
        }
        words.addAll(List.of(unshare, "--fork", "--kill-child"));
        if (ownProc) {
            words.add("--mount-proc");
        }
        return words;
    }

    /** A new network namespace has a loopback device, which is down. */
    private List<String> loopback(List<String> before) {
        Optional<Path> ip = host.tool("ip");
        if (ip.isEmpty()) {
            report.degraded("namespaces.net.lo", "down: " + Tools.missing("ip"));
            return List.of();
        }
        List<String> words = List.of("/bin/sh", "-c", LOOPBACK, ip.get().toString());
        List<String> whole = new ArrayList<>(before);
        whole.addAll(words);
        Optional<String> refused = host.refused(whole);
        if (refused.isPresent()) {
            report.degraded("namespaces.net.lo", "down: " + refused.get());
            return List.of();
        }
        return words;
    }
}
