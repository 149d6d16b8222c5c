package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkspaceSpecTest {
    private static final String SOMA =
            "{'namespaces':{'mount':false,'pid':false,'net':false,'uts':false,'ipc':false,'user':false,'cgroup':false},"
                    + "'rlimits':{'mem_bytes':null,'nproc':null,'nofile':null},"
                    + "'cgroup':{'path':'','cpu_weight':null,'io_weight':null},'cpu_affinity':null%s}";
    private static final String NEW = ("{'label':'scratch','soma':" + SOMA
                    + ",'permissions':{'networking':'none','filesystem':'none','ipc':{'allow':[]},'processes':false},"
                    + "'ttl':null,'flow_dirs':[],'on_exit':'reap','quota_enforce':{'mem':'none','nproc':'none'}}")
            .replace('\'', '"');

    private static String soma(String more) {
        return "{'label':'x','soma':" + String.format(SOMA, more) + "}";
    }

    private static void keeps(String json) {
        String text = json.replace('\'', '"');
        assertEquals(text, CardText.compact(Cards.workspace(json).encode()));
    }

    @Test
    void newOneHasEveryKeyOfTheOldestDialect() {
        assertEquals(
                String.format(NEW, ""),
                CardText.compact(WorkspaceSpec.of("scratch").encode()));
    }

    @Test
    void runAsAndMountsAreWrittenOnceSet() {
        RunAs runAs = new RunAs(1000, 4294967295L, List.of(7L), Shape.NEW);
        WorkspaceSpec spec = WorkspaceSpec.of("scratch");
        assertEquals(
                String.format(NEW, ",\"run_as\":{\"uid\":1000,\"gid\":4294967295,\"groups\":[7]}"),
                CardText.compact(
                        spec.withSoma(spec.soma().withRunAs(Optional.of(runAs))).encode()));
        Mounts hidden = new Mounts(new Mounts.Home.Inherit(), List.of(), List.of(), Optional.of("/root"), Shape.NEW);
        assertEquals(
                String.format(
                        NEW,
                        ",\"mounts\":{\"home\":\"Heredar\",\"binds\":[],\"tmpfs\":[],\"hide_home_real\":\"/root\"}"),
                CardText.compact(spec.withSoma(spec.soma().withMounts(hidden)).encode()));
    }

    @Test
    void eachDialectOfSomaIsKept() {
        keeps(soma(""));
        keeps(soma(",'run_as':null"));
        keeps(soma(",'run_as':null,'mounts':{'home':'Heredar','binds':[],'tmpfs':[],'hide_home_real':null}"));
        keeps(soma(",'run_as':{'uid':0,'gid':0,'groups':[]},"
                + "'mounts':{'home':{'Tmpfs':{'destino':'/h','size_bytes':18446744073709551615}},"
                + "'binds':[{'origen':'/a','destino':'/b','ro':true}],"
                + "'tmpfs':[{'destino':'/t','size_bytes':null}],'hide_home_real':'/root'}"));
        keeps(soma(",'mounts':{'binds':[{'origen':'/a','destino':'/b'}],'tmpfs':[{'destino':'/t'}]}"));
        keeps(soma(",'mounts':{'home':{'Subdir':{'origen':'/a','destino':'/b'}},'binds':[],'tmpfs':[]}"));
    }

    @Test
    void absentKeysStayAwayUntilTheirValueIsSet() {
        keeps("{'label':'x'}");
        keeps("{'label':'x','ttl':5}");
        keeps("{'label':'x','permissions':{},'quota_enforce':{'nproc':'log'}}");
        assertEquals(
                "{\"label\":\"x\",\"ttl\":0}",
                CardText.compact(Cards.workspace("{'label':'x'}")
                        .withTtlMs(Optional.of(U64.ZERO))
                        .encode()));
        assertEquals(
                "{\"label\":\"x\",\"on_exit\":\"keep\"}",
                CardText.compact(Cards.workspace("{'label':'x'}")
                        .withOnExit(ExitPolicy.KEEP)
                        .encode()));
    }

    @Test
    void unknownKeysFollowTheKnownAndOursIsLast() {
        assertEquals(
                "{\"label\":\"x\",\"ttl\":1,\"zeta\":[1.5,{\"a\":null}],\"alpha\":1e-7,\"shipote\":{\"deadline_ms\":9}}",
                CardText.compact(Cards.workspace(
                                "{'shipote':{'deadline_ms':9},'zeta':[1.5,{'a':null}],'ttl':1,'alpha':1e-7,'label':'x'}")
                        .encode()));
        keeps(soma(",'future':{'deep':[1]},'shipote':{'k':'v'}"));
    }

    @Test
    void ourDataIsAbsentWhenEmpty() {
        WorkspaceSpec spec = Cards.workspace("{'label':'x','shipote':{}}");
        assertEquals("{\"label\":\"x\"}", CardText.compact(spec.encode()));
        ObjectNode own = (ObjectNode) Cards.tree("{'a':1}");
        WorkspaceSpec with = spec.withShape(spec.shape().withShipote(own));
        own.removeAll();
        assertEquals("{\"label\":\"x\",\"shipote\":{\"a\":1}}", CardText.compact(with.encode()));
        assertEquals(
                "{\"label\":\"x\"}",
                CardText.compact(with.withShape(with.shape().withShipote(own)).encode()));
    }

    @Test
    void extremesAreKept() {
        keeps("{'label':'x','ttl':18446744073709551615}");
        assertEquals(
                U64.MAX,
                Cards.workspace("{'label':'x','ttl':18446744073709551615}")
                        .ttlMs()
                        .orElseThrow());
        keeps(soma("").replace("'nproc':null", "'nproc':4294967295")
                .replace("'cpu_affinity':null", "'cpu_affinity':[4294967295]"));
    }

    @Test
    void changesTouchNothingElse() {
        WorkspaceSpec spec = WorkspaceSpec.of("a");
        SomaSpec soma = spec.soma()
                .withMemBytes(Optional.of(U64.of(5)))
                .withNproc(Optional.of(6L))
                .withNofile(Optional.of(7L))
                .withCpuWeight(Optional.of(8L))
                .withIoWeight(Optional.of(9L))
                .withCgroupPath("p")
                .withCpuAffinity(Optional.of(List.of(1L)));
        String expected = String.format(NEW, "")
                .replace("scratch", "b")
                .replace("\"mem_bytes\":null", "\"mem_bytes\":5")
                .replace("\"nproc\":null", "\"nproc\":6")
                .replace("\"nofile\":null", "\"nofile\":7")
                .replace("\"cpu_weight\":null", "\"cpu_weight\":8")
                .replace("\"io_weight\":null", "\"io_weight\":9")
                .replace("\"path\":\"\"", "\"path\":\"p\"")
                .replace("\"cpu_affinity\":null", "\"cpu_affinity\":[1]");
        assertEquals(
                expected, CardText.compact(spec.withSoma(soma).withLabel("b").encode()));
        assertEquals(
                spec,
                spec.withSoma(soma)
                        .withSoma(soma.withMemBytes(Optional.empty())
                                .withNproc(Optional.empty())
                                .withNofile(Optional.empty())
                                .withCpuWeight(Optional.empty())
                                .withIoWeight(Optional.empty())
                                .withCgroupPath("")
                                .withCpuAffinity(Optional.empty())));
    }
}
