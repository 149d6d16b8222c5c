import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The pieces of which calls are made. */
final class Calls {
    static final String I = "io.shipote.";

    private Calls() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode command(String label, String exec, String... arguments) {
        ObjectNode spec = object().put("label", label);
        ObjectNode program = spec.putObject("payload").putObject("Native").put("exec", exec);
        List.of(arguments).forEach(program.putArray("argv")::add);
        program.putArray("envp");
        return spec;
    }
}
