package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final String NODE = "{'label':'%s','payload':{'Native':{'exec':'x','argv':[],'envp':[]}}}";

    private static PipelineSpec spec(String own, String... edges) {
        List<String> nodes = new ArrayList<>();
        for (String label : List.of("a", "b", "c")) {
            nodes.add(NODE.formatted(label));
        }
        return Cards.pipeline("{'label':'p','workspace':'01KR0Y2GP83CP3TKJZC1RR54R4','nodes':["
                + String.join(",", nodes) + "],'edges':[" + String.join(",", edges) + "],'shipote':" + own + "}");
    }

    private static String edge(int from, String output, int to, String input, String own) {
        return "{'from':%d,'from_output':'%s','to':%d,'to_input':'%s','shipote':%s}"
                .formatted(from, output, to, input, own);
    }

    private static List<String> problems(PipelineSpec spec) {
        Problems problems = new Problems();
        spec.check(problems);
        return Cards.lines(problems);
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        PipelineSpec spec = spec("{}", "{'from':0,'from_output':'stdout','to':1,'to_input':'stdin'}");
        assertEquals(PipelineOptions.DEFAULT, spec.options());
        assertEquals(EdgeOptions.DEFAULT, spec.edges().get(0).options());
        assertEquals(10_000, spec.options().healthyMs());
        assertEquals(EdgeOptions.Merge.LINES, spec.edges().get(0).options().merge());
    }

    @Test
    void everyOptionIsReadAndWrittenAgain() {
        PipelineSpec spec = spec(
                "{'restart_scope':'downstream','give_up':'slow','healthy_ms':500,'vars':{'WHO':{'default':'x',"
                        + "'required':true,'description':'who'},'B':{}}}",
                edge(0, "stdout", 1, "stdin", "{'mode':'stream','merge':'bytes','pipe_bytes':8192,'tap':true}"));
        PipelineOptions options = spec.options();
        assertEquals(PipelineOptions.Scope.DOWNSTREAM, options.scope());
        assertEquals(PipelineOptions.GiveUp.SLOW, options.giveUp());
        assertEquals(500, options.healthyMs());
        assertEquals(List.of("WHO", "B"), List.copyOf(options.vars().keySet()));
        assertEquals(
                new TemplateVar(Optional.of("x"), true, Optional.of("who")),
                options.vars().get("WHO"));
        EdgeOptions edge = spec.edges().get(0).options();
        assertEquals(new EdgeOptions(EdgeOptions.Mode.STREAM, EdgeOptions.Merge.BYTES, Optional.of(8192L), true), edge);
        assertEquals(List.of(), problems(spec));
        assertEquals(spec.encode(), spec.withOptions(options).encode());
        assertEquals(
                spec.edges().get(0).encode(),
                spec.edges().get(0).withOptions(edge).encode());
        assertEquals(
                Optional.empty(),
                spec.withOptions(PipelineOptions.DEFAULT).shape().shipote());
    }

    @Test
    void wrongOptionsAreAllTold() {
        PipelineSpec spec = spec(
                "{'restart_scope':'all','healthy_ms':0,'vars':{'1A':{},'B':{'defaullt':'x'}},'scope':1}",
                edge(0, "stdout", 1, "stdin", "{'mode':'flow','pipe_bytes':4095,'tap':'yes','size':1}"));
        assertEquals(
                List.of(
                        "edges[0].shipote.mode: must be one of \"batch\", \"stream\", not \"flow\"",
                        "edges[0].shipote.tap: must be true or false, not \"yes\"",
                        "edges[0].shipote.size: is not known here",
                        "edges[0].shipote.pipe_bytes: must be from 4096 to 1048576, not 4095",
                        "shipote.restart_scope: must be one of \"whole\", \"stage\", \"downstream\", not \"all\"",
                        "shipote.vars.1A: is no name: letters, digits and '_', not first a digit",
                        "shipote.vars.B.defaullt: is not known here",
                        "shipote.scope: is not known here",
                        "shipote.healthy_ms: must be from 1 to 86400000, not 0"),
                problems(spec));
    }

    @Test
    void partialScopesNeedStreamEdges() {
        for (String scope : List.of("stage", "downstream")) {
            PipelineSpec spec = spec(
                    "{'restart_scope':'" + scope + "'}",
                    edge(0, "stdout", 1, "stdin", "{'mode':'stream'}"),
                    edge(1, "stdout", 2, "stdin", "{}"));
            assertEquals(
                    List.of("edges[1].shipote.mode: must be \"stream\", because restart_scope is \"" + scope
                            + "\": \"c\" may be restarted while its producer runs"),
                    problems(spec));
        }
    }

    @Test
    void aModeThatCannotBeReadIsToldOnce() {
        PipelineSpec spec = spec("{'restart_scope':'stage'}", edge(0, "stdout", 1, "stdin", "{'mode':'strem'}"));
        assertEquals(
                List.of("edges[0].shipote.mode: must be one of \"batch\", \"stream\", not \"strem\""), problems(spec));
    }

    @Test
    void edgesIntoOneInputAreMixedInOneWay() {
        PipelineSpec spec = spec(
                "{}",
                edge(0, "stdout", 2, "stdin", "{'merge':'bytes'}"),
                edge(1, "stdout", 2, "0", "{}"),
                edge(1, "3", 2, "4", "{}"));
        assertEquals(
                List.of("edges[1].shipote.merge: must be \"bytes\" as in edges[0], which enters the same input"),
                problems(spec));
    }

    @Test
    void oneDescriptorHasOneDirection() {
        PipelineSpec spec = spec("{}", edge(0, "3", 1, "5", "{}"), edge(1, "5", 2, "stdin", "{}"));
        assertEquals(
                List.of("edges[0].to_input: is descriptor 5 of \"b\", which edges[1] has it write to"), problems(spec));
        assertEquals(List.of(), problems(spec("{}", edge(0, "3", 1, "5", "{}"), edge(1, "6", 2, "stdin", "{}"))));
    }

    @Test
    void optionsInJava() {
        PipelineSpec spec = spec("{}");
        PipelineOptions options = PipelineOptions.DEFAULT
                .withScope(PipelineOptions.Scope.STAGE)
                .withGiveUp(PipelineOptions.GiveUp.SLOW)
                .withHealthyMs(3)
                .withVars(Map.of("A", new TemplateVar(Optional.empty(), true, Optional.empty())));
        assertEquals(options, spec.withOptions(options).options());
    }
}
