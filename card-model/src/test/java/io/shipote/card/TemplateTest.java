package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.card.wire.ShipoteException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static Template.Expanded expand(String arg, Map<String, String> values) {
        CommandRef node = CommandRef.nativeCommand("n", "/bin/echo", List.of(arg));
        return Template.expand(PipelineSpec.of("p", Cards.WORKSPACE, List.of(node), List.of()), values);
    }

    private static String arg(Template.Expanded expanded) {
        return ((Payload.Native) expanded.spec().nodes().get(0).payload())
                .argv()
                .get(0);
    }

    @Test
    void textOutsideAsciiStaysWhole() {
        assertEquals(
                "hola ñandú ✓\ud83d\ude00, ¿qué tal? — ñ",
                arg(expand("hola ${WHO}, ¿qué tal? — ñ", Map.of("WHO", "ñandú ✓\ud83d\ude00"))));
    }

    @Test
    void unknownNamesStayAndAreReported() {
        Template.Expanded expanded = expand("${A}${B}${C}${B}", Map.of("A", "1"));
        assertEquals("1${B}${C}${B}", arg(expanded));
        assertEquals(Set.of("B", "C"), expanded.unresolved());
    }

    @Test
    void valuesAreNotLookedAtAgain() {
        Template.Expanded expanded = expand("${A}", Map.of("A", "${B}", "B", "no"));
        assertEquals("${B}", arg(expanded));
        assertEquals(Set.of(), expanded.unresolved());
    }

    @Test
    void whatIsNoNameStays() {
        for (String text : List.of("$A", "${A", "$", "{A}", "a}b", "$ {A}")) {
            Template.Expanded expanded = expand(text, Map.of("A", "1"));
            assertEquals(text, arg(expanded));
            assertEquals(Set.of(), expanded.unresolved());
        }
        assertEquals("$1", arg(expand("$${A}", Map.of("A", "1"))), "there is no escape");
        assertEquals("", arg(expand("${A}", Map.of("A", ""))));
        assertEquals("$1 \\", arg(expand("${A} \\", Map.of("A", "$1"))));
    }

    @Test
    void everyTextIsExpandedButOurOwn() {
        PipelineSpec spec = Cards.pipeline("{'label':'${V}','workspace':'01KR0Y2GP83CP3TKJZC1RR54R4','nodes':["
                + "{'label':'${V}','payload':{'Native':{'exec':'${V}','argv':['${V}'],'envp':[['${V}','${V}']]}},"
                + "'flows':{'input':[{'name':'${V}','type':{'primitive':{'name':'${V}'}},'pin_to':'${V}'}]},"
                + "'shipote':{'cwd':'${V}'}}],"
                + "'edges':[{'from':0,'from_output':'${V}','to':0,'to_input':'${V}'}],'shipote':{'a':'${V}'}}");
        String text =
                CardText.compact(Template.expand(spec, Map.of("V", "x")).spec().encode());
        assertEquals(
                CardText.compact(spec.encode()).replace("${V}", "x").replace("{\"a\":\"x\"}", "{\"a\":\"${V}\"}"),
                text);
    }

    private static PipelineSpec declaring(String arg, String vars) {
        CommandRef node = CommandRef.nativeCommand("n", "/bin/echo", List.of(arg));
        PipelineSpec spec = PipelineSpec.of("p", Cards.WORKSPACE, List.of(node), List.of());
        return Cards.pipeline(
                CardText.compact(spec.encode()).replaceFirst("}$", ",\"shipote\":{\"vars\":" + vars + "}}"));
    }

    @Test
    void declaredNamesHaveDefaultsAndStandForNothingOtherwise() {
        PipelineSpec spec = declaring("${A}-${B}-${C}", "{'A':{'default':'x'},'B':{},'C':{'required':true}}");
        Template.Expanded expanded = Template.expand(spec, Map.of("C", "c"));
        assertEquals("x--c", arg(expanded));
        assertEquals(Set.of(), expanded.unresolved());
        assertEquals(Map.of(), expanded.spec().options().vars(), "what runs declares nothing any more");
        assertEquals("a-b-c", arg(Template.expand(spec, Map.of("A", "a", "B", "b", "C", "c"))));
    }

    @Test
    void valuesMustBeThoseDeclared() {
        PipelineSpec spec = declaring("${A}${X}", "{'A':{'required':true,'description':'who'},'B':{}}");
        Problems problems = new Problems();
        Template.expand(spec, Map.of("Z", "1", "X", "2"), problems);
        assertEquals(
                List.of(
                        "vars.A: needs a value: who",
                        "vars.X: is not declared; declared are A, B",
                        "vars.Z: is not declared; declared are A, B"),
                Cards.lines(problems));
        assertThrows(ShipoteException.class, () -> Template.expand(spec, Map.of()));
        assertEquals(Set.of("X"), Template.expand(spec, Map.of("A", "1")).unresolved(), "an undeclared name stays");
    }
}
