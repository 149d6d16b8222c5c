package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.wire.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupLimitsTest {
    private static final GroupLimits ALL = new GroupLimits(
            Optional.of(U64.of(1 << 20)), Optional.of(U64.ZERO), Optional.of(150L), Optional.of("0-3,8"));

    private static WorkspaceSpec read(String own, Problems problems) {
        WorkspaceSpec spec = WorkspaceSpec.of("a").withSoma(ALL.into(SomaSpec.none()));
        String text = CardText.compact(spec.encode());
        String changed = text.replaceAll("\"shipote\":\\{[^}]*}", "\"shipote\":" + own.replace('\'', '"'));
        return WorkspaceSpec.decode(CardJson.parse(changed.getBytes(StandardCharsets.UTF_8)), "", problems);
    }

    private static List<String> problems(String own) {
        Problems problems = new Problems();
        WorkspaceSpec spec = read(own, problems);
        if (problems.isEmpty()) {
            spec.check(problems);
        }
        return Cards.lines(problems);
    }

    @Test
    void theyStandInTheLastKeyOfTheSomaAndComeBack() {
        SomaSpec soma = ALL.into(SomaSpec.none());
        JsonNode json = soma.encode();
        assertTrue(
                CardText.compact(json)
                        .endsWith(
                                "\"shipote\":{\"mem_high\":1048576,\"swap_max\":0,\"cpu_quota\":150,\"cpuset\":\"0-3,8\"}}"),
                () -> CardText.compact(json));
        Problems problems = new Problems();
        SomaSpec again = SomaSpec.decode(json, "", problems);
        assertEquals(List.of(), Cards.lines(problems));
        assertEquals(ALL, GroupLimits.of(again));
        assertEquals(CardText.compact(json), CardText.compact(again.encode()));
    }

    @Test
    void withoutAnyTheCardIsUpstreams() {
        SomaSpec soma = GroupLimits.NONE.into(ALL.into(SomaSpec.none()));
        assertEquals(CardText.compact(SomaSpec.none().encode()), CardText.compact(soma.encode()));
        assertSame(SomaSpec.none(), GroupLimits.NONE.into(SomaSpec.none()));
    }

    @Test
    void whatOthersKeepBesideThemStays() {
        Problems problems = new Problems();
        SomaSpec soma = read("{'other':[1],'cpu_quota':50}", problems).soma();
        SomaSpec changed = GroupLimits.NONE.into(soma);
        assertEquals(
                "{\"other\":[1]}", CardText.compact(changed.shape().shipote().orElseThrow()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'cpu_quota':'much'} | soma.shipote.cpu_quota",
                "{'cpu_quota':0}      | soma.shipote.cpu_quota",
                "{'cpu_quota':819201} | soma.shipote.cpu_quota",
                "{'mem_high':0}       | soma.shipote.mem_high",
                "{'mem_high':-1}      | soma.shipote.mem_high",
                "{'swap_max':1099511627777} | soma.shipote.swap_max",
                "{'cpuset':3}         | soma.shipote.cpuset",
                "{'cpuset':''}        | soma.shipote.cpuset",
                "{'cpuset':'3-1'}     | soma.shipote.cpuset"
            })
    void aProblemNamesItsKey(String own, String path) {
        List<String> found = problems(own);
        assertEquals(1, found.size(), found::toString);
        assertTrue(found.get(0).startsWith(path), found::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0-3", "0-3,8", "8,0-1", "8191"})
    void listsOfProcessors(String text) {
        assertEquals(List.of(), problems("{'cpuset':'" + text + "'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "1,,2", "1 2", "8192", "0-99999", "1;2"})
    void noListsOfProcessors(String text) {
        assertEquals(1, problems("{'cpuset':'" + text + "'}").size());
    }

    @Test
    void aChangeSetsSomeTakesSomeAwayAndLeavesTheRest() {
        SomaSpec before =
                ALL.into(SomaSpec.none().withMemBytes(Optional.of(U64.of(5))).withNproc(Optional.of(7L)));
        Limits change = new Limits(
                Optional.of(9L),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(50L),
                Optional.empty(),
                Optional.empty(),
                Optional.of("1"));
        Limits after = Limits.of(change.into(before, List.of("nproc", "cpu_quota")));
        assertEquals(
                new Limits(
                        Optional.of(9L),
                        Optional.of(1L << 20),
                        Optional.of(0L),
                        Optional.empty(),
                        Optional.of(50L),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("1")),
                after);
        assertEquals(before, Limits.NONE.into(before, List.of()));
    }
}
