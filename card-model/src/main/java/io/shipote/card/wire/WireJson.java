package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.stream.Collectors;

/**
 * Binds the wire's records to JSON: snake case, absent instead of null, and no unknown or missing parameter accepted.
 *
 * <p>Safe for use by several threads. Loading it costs some tens of milliseconds: what must start fast reads trees.
 */
public final class WireJson {
    private final ObjectMapper mapper = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                    LogicalType.Textual, text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    /** The record as an object. */
    public ObjectNode toTree(Object value) {
        return mapper.valueToTree(value);
    }

    /** The record read from an object that may have keys unknown to us (a newer peer's). */
    public <T> T fromReply(ObjectNode tree, Class<T> type) {
        try {
            return mapper.readerFor(type)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(tree);
        } catch (java.io.IOException e) {
            throw new ShipoteException(
                    ErrorCode.INTERNAL, "the reply does not fit " + type.getSimpleName() + ": " + e.getMessage());
        }
    }

    /**
     * The record read from a call's parameters.
     *
     * @throws InvalidParameter naming the first parameter that is unknown, missing or of the wrong type
     */
    public <T> T fromCall(ObjectNode tree, Class<T> type) throws InvalidParameter {
        try {
            return mapper.treeToValue(tree, type);
        } catch (JsonMappingException e) {
            String path = e.getPath().stream()
                    .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
                    .collect(Collectors.joining("."));
            throw new InvalidParameter(path.isEmpty() ? "parameters" : path, e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new InvalidParameter("parameters", e.getMessage());
        }
    }

    /** A parameter that a call has wrong; {@code org.varlink.service.InvalidParameter} on the wire. */
    public static final class InvalidParameter extends Exception {
        private final String parameter;

        InvalidParameter(String parameter, String message) {
            super(message);
            this.parameter = parameter;
        }

        public String parameter() {
            return parameter;
        }
    }
}
