package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchSpecTest {
    private static final CommandRef COMMAND = CommandRef.nativeCommand("c", "true", List.of());

    private static CommandRef with(String own) {
        ObjectNode tree = (ObjectNode) CardJson.parse(own.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return COMMAND.withShape(COMMAND.shape().withShipote(tree));
    }

    private static List<String> problems(String own) {
        Problems problems = new Problems();
        with(own).check("nodes[0]", problems);
        return Cards.lines(problems);
    }

    @Test
    void everythingIsRead() {
        Problems problems = new Problems();
        LaunchSpec spec = LaunchSpec.of(
                with(
                        "{'cwd':'/a','stdin':'/b','env_mode':'clear','umask':'027','nice':-5,"
                                + "'rlimits':{'core':0,'nofile':[10,20],'stack':'unlimited','cpu':[5,'unlimited']},'env_file':'/e','other':1}"),
                "",
                problems);
        assertEquals(List.of(), Cards.lines(problems));
        Optional<Long> unlimited = Optional.empty();
        assertEquals(
                new LaunchSpec(
                        Optional.of("/a"),
                        Optional.of("/b"),
                        EnvMode.CLEAR,
                        Optional.of(027),
                        Optional.of(-5),
                        Map.of(
                                "core",
                                ResourceLimit.of(0),
                                "nofile",
                                new ResourceLimit(Optional.of(10L), Optional.of(20L)),
                                "stack",
                                new ResourceLimit(unlimited, unlimited),
                                "cpu",
                                new ResourceLimit(Optional.of(5L), unlimited)),
                        Optional.of("/e")),
                spec);
    }

    @Test
    void itGoesIntoACardAndComesBack() {
        CommandRef full = with("{'mine':1,'cwd':'/a','env_file':'/e','env_mode':'clear','umask':'027','nice':3,"
                + "'rlimits':{'core':0,'cpu':[5,'unlimited'],'stack':'unlimited'}}");
        LaunchSpec spec = LaunchSpec.of(full);
        assertEquals(full.encode().toString(), spec.in(full).encode().toString());
        assertEquals(spec, LaunchSpec.of(spec.in(COMMAND)));
        assertEquals(
                "{\"mine\":1}",
                LaunchSpec.NONE.in(full).shape().shipote().orElseThrow().toString());
        assertEquals(COMMAND, LaunchSpec.NONE.in(COMMAND));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertEquals(
                List.of(
                        "nodes[0].shipote.env_mode: must be one of \"inherit\", \"overlay\", \"clear\", not \"none\"",
                        "nodes[0].shipote.umask: must be octal text from \"0\" to \"777\", such as \"027\", not \"8\"",
                        "nodes[0].shipote.nice: must be a whole number from -20 to 19, not 20",
                        "nodes[0].shipote.rlimits.nofile: has a soft limit above the hard one",
                        "nodes[0].shipote.cwd: must be an absolute path"),
                problems("{'cwd':'a','env_mode':'none','umask':'8','nice':20,'rlimits':{'nofile':[2,1]}}"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'rlimits':7}`",
                "`{'rlimits':{'files':7}}`",
                "`{'rlimits':{'core':-1}}`",
                "`{'rlimits':{'core':'none'}}`",
                "`{'rlimits':{'core':[1]}}`",
                "`{'rlimits':{'core':['unlimited',1]}}`",
                "`{'rlimits':{'core':1.5}}`",
                "`{'umask':18}`",
                "`{'umask':'1000'}`",
                "`{'umask':'-1'}`",
                "`{'nice':'5'}`",
                "`{'nice':-21}`",
                "`{'stdin':''}`"
            })
    void refused(String own) {
        assertEquals(1, problems(own).size(), () -> problems(own).toString());
    }

    @Test
    void theSmallerLimitCountsSoftAndHardEach() {
        ResourceLimit a = new ResourceLimit(Optional.of(10L), Optional.empty());
        ResourceLimit b = new ResourceLimit(Optional.of(20L), Optional.of(30L));
        assertEquals("10:30", a.smaller(b).toString());
        assertEquals("10:30", b.smaller(a).toString());
        assertEquals("10:unlimited", a.smaller(a).toString());
    }
}
