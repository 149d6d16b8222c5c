package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineDecodeTest {
    private static final String HEAD = "{'label':'','workspace':'01KR0Y2GP83CP3TKJZC1RR54R4','nodes':[";
    private static final String SHA = "0,".repeat(31) + "255";

    private static String node(String payload, String more) {
        return HEAD + "{'label':'n','payload':" + payload + more + "}]}";
    }

    private static void keeps(String json) {
        assertEquals(
                json.replace('\'', '"'), CardText.compact(Cards.pipeline(json).encode()));
    }

    private static void one(String expected, String json) {
        assertEquals(List.of(expected), Cards.pipelineProblems(json));
    }

    @Test
    void everyKindOfPayloadIsKept() {
        keeps(node("'Virtual'", ""));
        keeps(node("{'Native':{'exec':'','argv':['a',''],'envp':[['K','V'],['','']]}}", ""));
        keeps(node("{'Native':{'exec':'x','argv':[],'envp':[],'later':1,'shipote':{'cwd':'/'}}}", ""));
        keeps(node("{'Legacy':{'exec':'x','argv':[],'fakes':['SystemdLogind','SystemdNotify']}}", ""));
        keeps(node("{'Wasm':{'module_sha256':[" + SHA + "],'entry':'run'}}", ""));
    }

    @Test
    void otherFormsThatUpstreamReadsAreWrittenItsWay() {
        assertEquals(
                new Payload.Virtual(),
                Cards.pipeline(node("{'Virtual':null}", "")).nodes().get(0).payload());
        Payload.Legacy legacy = (Payload.Legacy) Cards.pipeline(node(
                        "{'Legacy':{'exec':'x','argv':[],'fakes':['SystemdNotify','SystemdLogind','SystemdNotify']}}",
                        ""))
                .nodes()
                .get(0)
                .payload();
        assertEquals(List.of(Fake.SYSTEMD_LOGIND, Fake.SYSTEMD_NOTIFY), legacy.fakes());
        assertEquals(
                "01KR0Y2GP83CP3TKJZC1RR54R4",
                Cards.pipeline("{'label':'','workspace':'01kr0y2gp83cp3tkjzc1rr54r4','nodes':[]}")
                        .workspace()
                        .text());
    }

    @Test
    void supervisionAndFlowsAreKept() {
        keeps(node("'Virtual'", ",'supervision':'Delegate'"));
        keeps(node("'Virtual'", ",'supervision':{'Restart':{'initial':0,'max':18446744073709551615}}"));
        keeps(
                node(
                        "'Virtual'",
                        ",'flows':{'input':[{'name':'a','type':{'primitive':{'name':'json'}},'pin_to':null}],"
                                + "'output':[{'name':'b','type':{'wit':{'package':'p','interface':null,'name':'n'}},'pin_to':'x'}]}"));
    }

    @Test
    void extremesAreKept() {
        keeps(HEAD + "],'edges':[{'from':18446744073709551615,'from_output':'','to':0,'to_input':'x'}],"
                + "'discern':{'sample_bytes':18446744073709551615,'enrich_producer':false,'replay_chunks':0,"
                + "'replay_bytes':18446744073709551615,'max_bytes_per_sec':18446744073709551615},"
                + "'restart_on_failure':true,'restart_backoff_ms':18446744073709551615,"
                + "'restart_max_backoff_ms':0,'restart_max':4294967295}");
    }

    @Test
    void defaultsFillIn() {
        PipelineSpec spec = Cards.pipeline(HEAD + "]}");
        PipelineSpec made = PipelineSpec.of("", Cards.WORKSPACE, List.of(), List.of());
        assertEquals(made, spec.withShape(Shape.NEW));
        assertEquals(
                "{\"sample_bytes\":4096,\"enrich_producer\":true,\"replay_chunks\":32,\"replay_bytes\":0,\"max_bytes_per_sec\":0}",
                CardText.compact(spec.discern().encode()));
        assertEquals("200 30000", spec.restartBackoffMs() + " " + spec.restartMaxBackoffMs());
    }

    @Test
    void absentKeysAppearOnceSet() {
        assertEquals(
                (HEAD
                                + "],'restart_on_failure':true,'restart_backoff_ms':1,'restart_max_backoff_ms':2,'restart_max':3}")
                        .replace('\'', '"'),
                CardText.compact(Cards.pipeline(HEAD + "]}")
                        .withRestart(true, U64.of(1), U64.of(2), 3)
                        .encode()));
    }

    @Test
    void payloadFaults() {
        String words = "nodes[0].payload: must be one of \"Virtual\", \"Native\", \"Legacy\", \"Wasm\"";
        one(words + ", not \"virtual\"", node("'virtual'", ""));
        one(words + ", not \"Native\"", node("'Native'", ""));
        one(words + ", not \"Docker\"", node("{'Docker':{}}", ""));
        one(words + " (a word, or an object of one key), not an object", node("{}", ""));
        one(words + " (a word, or an object of one key), not null", node("null", ""));
        one("nodes[0].payload.Native: must be an object, not a list", node("{'Native':[]}", ""));
        one(
                "nodes[0].payload.Native.envp[1]: must be a list of two texts: name and value",
                node("{'Native':{'exec':'x','argv':[],'envp':[['A','b'],['A']]}}", ""));
        one(
                "nodes[0].payload.Native.envp[0][1]: must be text",
                node("{'Native':{'exec':'x','argv':[],'envp':[['A',1]]}}", ""));
        one(
                "nodes[0].payload.Legacy.fakes[0]: must be one of \"SystemdLogind\", \"SystemdHostnamed\", "
                        + "\"SystemdNotify\", not \"Udev\"",
                node("{'Legacy':{'exec':'x','argv':[],'fakes':['Udev']}}", ""));
        one(
                "nodes[0].payload.Wasm.module_sha256: must have 32 numbers, not 1",
                node("{'Wasm':{'module_sha256':[1],'entry':''}}", ""));
        one(
                "nodes[0].payload.Wasm.module_sha256[31]: must be a whole number from 0 to 255, not 256",
                node("{'Wasm':{'module_sha256':[" + SHA.replace("255", "256") + "],'entry':''}}", ""));
    }

    @Test
    void otherFaults() {
        one(
                "nodes[0].supervision: must be one of \"OneShot\", \"Delegate\", \"Restart\", not \"Restart\"",
                node("'Virtual'", ",'supervision':'Restart'"));
        one(
                "nodes[0].supervision.Restart.initial: must be a whole number from 0 to 18446744073709551615, not \"1s\"",
                node("'Virtual'", ",'supervision':{'Restart':{'initial':'1s','max':1}}"));
        one(
                "nodes[0].flows.input[0].type: must be one of \"primitive\", \"wit\", not \"text\"",
                node("'Virtual'", ",'flows':{'input':[{'name':'a','type':'text'}]}"));
        one("workspace: is not an id: an id has 26 characters, not 1", "{'label':'','workspace':'1','nodes':[]}");
        one(
                "restart_max: must be a whole number from 0 to 4294967295, not 4294967296",
                HEAD + "],'restart_max':4294967296}");
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertEquals(
                List.of(
                        "label: is missing",
                        "workspace: must be an id, not 5",
                        "nodes[0].label: is missing",
                        "nodes[0].payload.Native.exec: is missing",
                        "nodes[0].payload.Native.argv[0]: must be text, not 1",
                        "nodes[0].payload.Native.envp: is missing",
                        "nodes[1]: must be an object, not null",
                        "edges[0].from: must be a whole number from 0 to 18446744073709551615, not -1",
                        "edges[0].from_output: is missing",
                        "edges[0].to: is missing",
                        "edges[0].to_input: must be text, not 0",
                        "discern.enrich_producer: must be true or false, not 0"),
                Cards.pipelineProblems("{'workspace':5,'nodes':[{'payload':{'Native':{'argv':[1]}}},null],"
                        + "'edges':[{'from':-1,'to_input':0}],'discern':{'enrich_producer':0}}"));
    }
}
