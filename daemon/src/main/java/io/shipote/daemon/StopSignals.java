package io.shipote.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM, SIGINT and SIGHUP: the first asks for an orderly stop, the second ends the process at once.
 *
 * <p>A shutdown hook cannot do this: while it runs, the JVM makes every further signal wait for it. {@code sun.misc.Signal}
 * is supported (module jdk.unsupported) but cannot be named in code compiled for a release without a warning, hence the
 * reflection.
 */
final class StopSignals {
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private StopSignals() {}

    /** Installs the handlers; {@code first} and {@code second} run on threads of the JVM. */
    static void install(Runnable first, Runnable second) {
        AtomicBoolean seen = new AtomicBoolean();
        InvocationHandler onSignal = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                (seen.getAndSet(true) ? second : first).run();
                yield null;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> "StopSignals";
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
        }
    }
}
