package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library and the command line against the interface's description. */
class InterfaceTest {
    private static final List<Class<?>> VIEWS =
            List.of(Shipote.class, Workspaces.class, Commands.class, Pipelines.class);

    private static Set<String> described() throws IOException {
        try (InputStream in = Shipote.class.getResourceAsStream("/io/shipote/card/wire/io.shipote.varlink")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return found(Pattern.compile("^method (\\w+)\\(", Pattern.MULTILINE), text);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static String method(Type replyType) {
        String name = ((Class<?>) replyType).getSimpleName();
        return name.endsWith("Out") ? name.substring(0, name.length() - 3) : null;
    }

    @Test
    void everyMethodHasATypedOneAndATwinWithoutWaiting() throws IOException {
        Set<String> blocking = new TreeSet<>();
        Set<String> async = new TreeSet<>();
        for (Class<?> view : VIEWS) {
            for (Method method : view.getMethods()) {
                if (method.getReturnType() == CompletableFuture.class) {
                    Type reply = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
                    async.add(method(reply));
                } else if (method.getReturnType() == Upgraded.class) {
                    // So has one that takes its connection over.
                    Type reply = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
                    blocking.add(method(reply));
                    async.add(method(reply));
                } else if (method.getReturnType() == Subscription.class) {
                    // A stream has no other form.
                    Type[] types = method.getGenericParameterTypes();
                    Type reply = ((ParameterizedType) types[types.length - 1]).getActualTypeArguments()[0];
                    blocking.add(method(reply));
                    async.add(method(reply));
                } else if (method(method.getReturnType()) != null) {
                    blocking.add(method(method.getReturnType()));
                }
            }
        }
        assertEquals(described(), blocking);
        assertEquals(described(), async);
    }

    @Test
    void everyMethodThatTheCommandLineCallsIsDescribed() throws IOException {
        Pattern calls = Pattern.compile(
                "(?:call\\(\\s*|new JobVerb\\([^;]*?|Session\\.INTERFACE \\+ |allPages\\(in, |target\\(started\\), )\"(\\w+)\"");
        Set<String> called = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/shipote/cli"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                called.addAll(found(calls, Files.readString(file)));
            }
        }
        Set<String> described = described();
        assertTrue(described.containsAll(called), called.toString());
        // The daemon checks what it is sent; the command line checks specs by itself.
        described.removeAll(called);
        assertEquals(Set.of("CheckPipeline"), described);
    }
}
