package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.snapshot.HiddenForm;
import io.shipote.card.snapshot.RawSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may be a secret is not shown: values of environment variables, wherever they stand. */
class EnvValuesTest {
    private static JsonNode tree(String text) {
        return CardJson.parse(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void valuesAreHiddenAtAnyDepthAndAllElseStays() {
        JsonNode card = tree("{'a':1,'nodes':[{'payload':{'Native':{'exec':'x','envp':[['T','hunter2'],['E','']]}}}],"
                + "'envp':'hunter2','more':[[{'envp':['hunter2',['only']]}]]}");
        assertEquals(
                tree("{'a':1,'nodes':[{'payload':{'Native':{'exec':'x','envp':[['T','<hidden>'],['E','<hidden>']]}}}],"
                        + "'envp':'<hidden>','more':[[{'envp':['<hidden>','<hidden>']}]]}"),
                EnvValues.hidden("", card));
        assertTrue(card.toString().contains("hunter2"), "the original is as it was");
    }

    @Test
    void aSnapshotKeepsTheBytesOfEntriesWithoutValuesAndLeavesOutWhatCannotBeTold() {
        byte[] plain = bytes("{'id' : 'a',  'odd':1}");
        RawSnapshot raw = new RawSnapshot(
                4,
                U64.of(1),
                List.of(plain, bytes("{'id':'b','envp':[['T','hunter2']]}"), bytes("{'id':'c','id':'hunter2'}")),
                Optional.empty(),
                Optional.of(List.of()),
                Map.of("later", tree("{'envp':[['T','hunter2']]}")),
                Optional.empty());
        HiddenForm form = HiddenForm.of(raw);
        assertArrayEquals(plain, form.snapshot().workspaces().get(0));
        assertEquals(1, form.changed());
        assertEquals(2, form.snapshot().workspaces().size());
        String shown = new String(form.snapshot().workspaces().get(1), StandardCharsets.UTF_8)
                + form.snapshot().unknown()
                + form.leftOut();
        assertFalse(shown.contains("hunter2"), shown);
        assertEquals(1, form.leftOut().size());
        assertEquals(Optional.empty(), form.snapshot().savedPipelines());
    }

    @Test
    void noMessageAboutABadEnvironmentHasAValueInIt() {
        for (String envp : List.of(
                "'T=hunter2'",
                "{'T':'hunter2'}",
                "['T=hunter2']",
                "[['T=hunter2','x']]",
                "[['','hunter2']]",
                "[['T',['hunter2']]]",
                "[['T','hunter2','x']]",
                "[['T','hunter2\\u0000']]")) {
            Problems problems = new Problems();
            JsonNode card = tree("{'label':'x','payload':{'Native':{'exec':'x','argv':[],'envp':" + envp + "}}}");
            CommandRef.decode(card, "", problems).check("", problems);
            assertFalse(problems.isEmpty(), envp);
            assertFalse(
                    problems.list().toString().contains("hunter2"),
                    problems.list().toString());
        }
    }

    @Test
    void whatWasShownInTheirPlaceIsNoValue() {
        Problems problems = new Problems();
        JsonNode card = tree("{'label':'x','payload':{'Native':{'exec':'x','argv':[],'envp':[['T','<hidden>']]}}}");
        CommandRef.decode(card, "", problems).check("", problems);
        assertEquals(1, problems.list().size());
        assertTrue(problems.list().get(0).message().contains("--show-env"));
    }
}
