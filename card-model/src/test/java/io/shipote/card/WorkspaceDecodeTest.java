package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkspaceDecodeTest {
    private static void one(String expected, String json) {
        assertEquals(List.of(expected), Cards.workspaceProblems(json));
    }

    @Test
    void labelMustBeThereAndNotBlank() {
        one("label: is missing", "{}");
        one("label: must be text, not 5", "{'label':5}");
        one("label: is blank", "{'label':''}");
        one("label: is blank", "{'label':' \\t\\n'}");
        one("label: is blank", "{'label':'\u00a0\u2003\u3000\u0085'}");
        assertEquals(List.of(), Cards.workspaceProblems("{'label':'.'}"));
    }

    @Test
    void rootMustBeAnObject() {
        one("must be an object, not a list", "[]");
        one("must be an object, not \"x\"", "'x'");
        one("must be an object, not null", "null");
    }

    @Test
    void numbersMustBeWholeAndInRange() {
        String range = "ttl: must be a whole number from 0 to 18446744073709551615, not ";
        one(range + "-1", "{'label':'x','ttl':-1}");
        one(range + "1.5", "{'label':'x','ttl':1.5}");
        one(range + "5.0", "{'label':'x','ttl':5.0}");
        one(range + "\"5\"", "{'label':'x','ttl':'5'}");
        one(range + "18446744073709551616", "{'label':'x','ttl':18446744073709551616}");
        one(range + "-9223372036854775809", "{'label':'x','ttl':-9223372036854775809}");
        one(range + "true", "{'label':'x','ttl':true}");
    }

    @Test
    void wordsAreListed() {
        one("on_exit: must be one of \"reap\", \"keep\", \"snapshot\", not \"Reap\"", "{'label':'x','on_exit':'Reap'}");
        one("on_exit: must be one of \"reap\", \"keep\", \"snapshot\", not null", "{'label':'x','on_exit':null}");
        one(
                "quota_enforce.mem: must be one of \"none\", \"log\", \"kill\", not \"die\"",
                "{'label':'x','quota_enforce':{'mem':'die'}}");
        one(
                "permissions.networking: must be one of \"none\", \"loopback\", \"outbound\", \"full\", not \"lan\"",
                "{'label':'x','permissions':{'networking':'lan'}}");
        one(
                "permissions.filesystem: must be one of \"none\", \"read-only\", \"read-write\", not an object",
                "{'label':'x','permissions':{'filesystem':{}}}");
        one(
                "flow_dirs[1].direction: must be one of \"input\", \"output\", not \"up\"",
                "{'label':'x','flow_dirs':[{'name':'a','direction':'input'},{'name':'b','direction':'up'}]}");
        one(
                "flow_dirs[0].scope: must be one of \"workspace\", \"public\", not 1",
                "{'label':'x','flow_dirs':[{'name':'a','direction':'input','scope':1}]}");
    }

    @Test
    void longValuesAreCutInMessages() {
        one(
                "on_exit: must be one of \"reap\", \"keep\", \"snapshot\", not \"" + "y".repeat(63) + "…",
                "{'label':'x','on_exit':'" + "y".repeat(500) + "'}");
    }

    @Test
    void somaHasItsRequiredKeys() {
        assertEquals(
                List.of("soma.namespaces: is missing", "soma.rlimits: is missing", "soma.cgroup: is missing"),
                Cards.workspaceProblems("{'label':'x','soma':{}}"));
        assertEquals(
                List.of(
                        "soma.namespaces.mount: is missing",
                        "soma.namespaces.pid: must be true or false, not 1",
                        "soma.namespaces.uts: is missing",
                        "soma.namespaces.ipc: is missing",
                        "soma.namespaces.user: is missing",
                        "soma.namespaces.cgroup: is missing",
                        "soma.rlimits.nproc: must be a whole number from 0 to 4294967295, not 4294967296",
                        "soma.cgroup.path: must be text, not null",
                        "soma.cpu_affinity[1]: must be a whole number from 0 to 4294967295, not -1",
                        "soma.run_as.gid: is missing",
                        "soma.mounts.home: must be one of \"Heredar\", \"Tmpfs\", \"Subdir\", not \"Nada\"",
                        "soma.mounts.binds: must be a list, not an object"),
                Cards.workspaceProblems("{'label':'x','soma':{'namespaces':{'pid':1,'net':true},"
                        + "'rlimits':{'nproc':4294967296},'cgroup':{'path':null},'cpu_affinity':[0,-1],"
                        + "'run_as':{'uid':1},'mounts':{'home':'Nada','binds':{}}}}"));
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertEquals(
                List.of(
                        "label: is missing",
                        "ttl: must be a whole number from 0 to 18446744073709551615, not \"1h\"",
                        "flow_dirs: must be a list, not \"a\"",
                        "soma: must be an object, not 3",
                        "permissions.ipc.allow[0]: must be text, not false",
                        "permissions.processes: must be true or false, not \"yes\"",
                        "shipote: must be an object, not a list"),
                Cards.workspaceProblems("{'ttl':'1h','flow_dirs':'a','soma':3,"
                        + "'permissions':{'ipc':{'allow':[false]},'processes':'yes'},'shipote':[]}"));
    }
}
