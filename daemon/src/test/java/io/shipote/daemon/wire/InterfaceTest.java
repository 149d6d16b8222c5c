package io.shipote.daemon.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.DaemonCalls;
import io.shipote.card.wire.Discernment;
import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.EdgeVerdict;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.Event;
import io.shipote.card.wire.FlowCalls;
import io.shipote.card.wire.FlowStatus;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.LogPosition;
import io.shipote.card.wire.PipelineCalls;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.PrunedJob;
import io.shipote.card.wire.QuotaBreach;
import io.shipote.card.wire.ResourceUsage;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.RetryStatus;
import io.shipote.card.wire.RunStatus;
import io.shipote.card.wire.RunUsage;
import io.shipote.card.wire.SavedVersion;
import io.shipote.card.wire.SpecProblem;
import io.shipote.card.wire.StageStarted;
import io.shipote.card.wire.WireJson;
import io.shipote.card.wire.WorkspaceCalls;
import io.shipote.card.wire.WorkspaceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code io.shipote.varlink} and the records of the wire together. */
class InterfaceTest {
    private static final Map<String, Class<?>> CALLS = Stream.of(
                    WorkspaceCalls.class, CommandCalls.class, PipelineCalls.class, FlowCalls.class, DaemonCalls.class)
            .flatMap(holder -> Arrays.stream(holder.getDeclaredClasses()))
            .filter(Class::isRecord)
            .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    private static final Map<String, Class<?>> TYPES = Stream.<Class<?>>of(
                    Applied.class,
                    WorkspaceStatus.class,
                    CommandStatus.class,
                    EdgeStatus.class,
                    EdgeVerdict.class,
                    RetryStatus.class,
                    SavedVersion.class,
                    Discernment.class,
                    FlowStatus.class,
                    RunUsage.class,
                    PipelineStatus.class,
                    StageStarted.class,
                    RestartPolicy.class,
                    SpecProblem.class,
                    RunStatus.class,
                    LogPosition.class,
                    PrunedJob.class,
                    ImportedEntry.class,
                    ResourceUsage.class,
                    QuotaBreach.class,
                    Event.class,
                    Limits.class)
            .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    private static final Map<String, Set<Type>> PLAIN = Map.of(
            "bool", Set.of(boolean.class, Boolean.class),
            "int", Set.of(long.class, Long.class, int.class, Integer.class),
            "float", Set.of(double.class, Double.class),
            "string", Set.of(String.class));

    private final Idl idl = new Idl(description(WireJson.class, "io.shipote.varlink"));
    private final List<String> problems = new ArrayList<>();

    @Test
    void everyMethodHasItsRecordsAndEveryRecordItsMethod() {
        Set<String> expected = new TreeSet<>();
        idl.methods.forEach((name, method) -> {
            expected.add(name + "In");
            expected.add(name + "Out");
            compare(name + "In", method.in(), CALLS.get(name + "In"));
            compare(name + "Out", method.out(), CALLS.get(name + "Out"));
        });
        assertEquals(List.of(), problems);
        assertEquals(expected, recordsEndingInOut());
        assertTrue(idl.methods.size() > 30);
    }

    @Test
    void everyTypeHasItsRecord() {
        idl.types.forEach((name, struct) -> compare(name, struct, TYPES.get(name)));
        assertEquals(List.of(), problems);
        assertEquals(new TreeSet<>(TYPES.keySet()), new TreeSet<>(idl.types.keySet()));
    }

    @Test
    void everyErrorHasItsCode() {
        Set<String> codes = Arrays.stream(ErrorCode.values())
                .map(ErrorCode::wireName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                codes,
                idl.errors.keySet().stream()
                        .map(name -> idl.name + "." + name)
                        .collect(Collectors.toCollection(TreeSet::new)));
        idl.errors.forEach((name, struct) ->
                assertEquals(new Idl.Plain("string"), struct.fields().get("message"), name + " has a message"));
    }

    @Test
    void theServicesOwnInterfaceIsWellFormed() {
        Idl service =
                new Idl(description(io.shipote.daemon.control.ControlServer.class, "org.varlink.service.varlink"));
        assertEquals(Set.of("GetInfo", "GetInterfaceDescription"), service.methods.keySet());
    }

    private static Set<String> recordsEndingInOut() {
        return CALLS.keySet().stream()
                .filter(name -> name.endsWith("In") || name.endsWith("Out"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void compare(String where, Idl.Struct struct, Class<?> record) {
        if (record == null || !record.isRecord()) {
            problems.add(where + ": no record");
            return;
        }
        SnakeCaseStrategy snake = new SnakeCaseStrategy();
        Map<String, Type> components = new TreeMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            components.put(snake.translate(component.getName()), component.getGenericType());
        }
        if (!components.keySet().equals(struct.fields().keySet())) {
            problems.add(where + ": fields " + struct.fields().keySet() + " but components " + components.keySet());
            return;
        }
        struct.fields().forEach((name, type) -> {
            if (!fits(type, components.get(name))) {
                problems.add(where + "." + name + ": " + type + " but "
                        + components.get(name).getTypeName());
            }
        });
    }

    private boolean fits(Idl.Type type, Type java) {
        if (type instanceof Idl.Nullable nullable) {
            return argument(java, Optional.class, 0)
                    .filter(inner -> fits(nullable.type(), inner))
                    .isPresent();
        }
        if (type instanceof Idl.ListOf list) {
            return argument(java, List.class, 0)
                    .filter(inner -> fits(list.type(), inner))
                    .isPresent();
        }
        if (type instanceof Idl.MapOf map) {
            return argument(java, Map.class, 0).filter(String.class::equals).isPresent()
                    && argument(java, Map.class, 1)
                            .filter(inner -> fits(map.type(), inner))
                            .isPresent();
        }
        if (type instanceof Idl.Named named) {
            return TYPES.containsKey(named.name()) && TYPES.get(named.name()).equals(java);
        }
        if (type instanceof Idl.Words words) {
            return java.equals(String.class) || words(java).equals(new TreeSet<>(words.words()));
        }
        String word = type instanceof Idl.Plain plain ? plain.word() : "";
        return word.equals("object")
                ? java instanceof Class<?> tree && JsonNode.class.isAssignableFrom(tree)
                : PLAIN.getOrDefault(word, Set.of()).contains(java);
    }

    /** The words of an enum, as it writes itself to JSON. */
    private static Set<String> words(Type java) {
        Set<String> words = new TreeSet<>();
        if (java instanceof Class<?> type && type.isEnum()) {
            com.fasterxml.jackson.databind.ObjectMapper mapper = new com.fasterxml.jackson.databind.ObjectMapper();
            for (Object constant : type.getEnumConstants()) {
                words.add(mapper.valueToTree(constant).asText());
            }
        }
        return words;
    }

    private static Optional<Type> argument(Type java, Class<?> raw, int index) {
        return java instanceof ParameterizedType parameterized
                        && parameterized.getRawType().equals(raw)
                ? Optional.of(parameterized.getActualTypeArguments()[index])
                : Optional.empty();
    }

    private static String description(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
