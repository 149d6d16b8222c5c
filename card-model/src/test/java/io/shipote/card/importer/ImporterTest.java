package io.shipote.card.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of this and of other programs, in our terms. */
class ImporterTest {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/snapshot");

    private static ImportPlan read(String json) {
        return Importer.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    private static ImportPlan runpm(String... rows) {
        return read("{'version':1,'saved_at_ms':7,'services':[" + String.join(",", rows) + "]}");
    }

    private static String row(String more) {
        return "{'id':3,'name':'web','cmd':['/bin/sleep','600'],'cwd':'/srv','env':[['A','b=c']],'autorestart':true,"
                + "'max_restarts':0,'restart_delay_ms':0,'kill_timeout_ms':0,'min_uptime_ms':0,'status':'online',"
                + "'pid':17,'restart_count':2,'last_started_at':1.5,'last_exited_at':0.0,'last_exit_code':0" + more
                + "}";
    }

    private static JsonNode command(ImportPlan plan, int index) {
        return plan.workspaces().get(0).at("/shipote/commands/" + index);
    }

    @ParameterizedTest
    @CsvSource({"state-v1,2,0,0", "state-v1-lean,,0,0", "state-v2,3,2,0", "state-v3,2,1,2", "state-v4,3,2,2"})
    void aSnapshotOfUpstreamComesWithAllThatIsInIt(String name, Integer workspaces, int saved, int live)
            throws IOException {
        ImportPlan plan = Importer.read(Files.readAllBytes(FIXTURES.resolve(name + ".json")), Optional.empty());
        assertEquals("shipote", plan.format());
        assertEquals(workspaces == null ? 2 : workspaces, plan.workspaces().size());
        assertEquals(26, plan.workspaces().get(0).path("id").asText().length());
        assertEquals(saved, plan.savedPipelines().size());
        assertEquals(live, plan.livePipelines().size());
        assertEquals(List.of(), plan.refused());
    }

    @Test
    void aBadEntryIsRefusedWithItsPlaceAndTheOthersCome() throws IOException {
        ImportPlan plan =
                Importer.read(Files.readAllBytes(FIXTURES.resolve("state-v4-one-bad-label.json")), Optional.empty());
        assertEquals(2, plan.workspaces().size());
        ImportedEntry refused = plan.refused().get(0);
        assertEquals(ImportedEntry.REFUSED, refused.outcome());
        assertTrue(refused.notes().get(0).startsWith("workspaces[1]"), refused.notes()::toString);
    }

    @Test
    @DisplayName("B10: what is no JSON is refused with its place, and what is nobody's with the reason")
    void b10() {
        CardSyntaxException torn = assertThrows(CardSyntaxException.class, () -> read("{'version':1,"));
        assertEquals(1, torn.line());
        ShipoteException nobodys = assertThrows(ShipoteException.class, () -> read("{'a':1}"));
        assertTrue(nobodys.getMessage().contains("neither workspaces nor services"), nobodys.getMessage());
    }

    @ParameterizedTest(name = "B11: version {0} of runpm and of zinit is refused, naming both versions")
    @ValueSource(strings = {"0", "2", "999999", "'1'", "1.0"})
    void b11(String version) {
        for (String services : List.of("[]", "{}")) {
            ShipoteException refused = assertThrows(
                    ShipoteException.class, () -> read("{'version':" + version + ",'services':" + services + "}"));
            assertTrue(refused.getMessage().contains("version " + version.replace('\'', '"')), refused.getMessage());
            assertTrue(refused.getMessage().contains("only version 1"), refused.getMessage());
        }
    }

    @Test
    @DisplayName("B12: numbers of services mean nothing here: none has an id, whatever stood there")
    void b12() {
        ImportPlan plan = runpm(
                row("").replace("'id':3", "'id':0"),
                row("").replace("'id':3", "'id':4294967295").replace("web", "other"));
        assertFalse(plan.workspaces().get(0).has("id"));
        assertFalse(command(plan, 0).has("id"));
        assertEquals("other", command(plan, 1).path("name").asText());
    }

    @Test
    @DisplayName("B16: a status that is not online, known or not, is down")
    void b16() {
        assertEquals("up", command(runpm(row("")), 0).path("wanted").asText());
        for (String status : List.of("stopped", "errored", "weird")) {
            ImportPlan plan = runpm(row("").replace("online", status));
            assertEquals("down", command(plan, 0).path("wanted").asText(), status);
        }
    }

    @Test
    @DisplayName("B17: zeros mean 500 ms, 3 s of grace, no limit; 2 s of uptime is told, as it has no counterpart")
    void b17() {
        ImportPlan plan = runpm(row(""));
        JsonNode command = command(plan, 0);
        assertEquals(
                "{\"policy\":\"always\",\"backoff_ms\":500,\"max_backoff_ms\":30000,\"max\":0}",
                command.path("restart").toString());
        assertEquals(3000, command.at("/spec/shipote/stop_grace_ms").asInt());
        assertEquals("/srv", command.at("/spec/shipote/cwd").asText());
        assertEquals("/bin/sleep", command.at("/spec/payload/Native/exec").asText());
        assertEquals("600", command.at("/spec/payload/Native/argv/0").asText());
        assertEquals("b=c", command.at("/spec/payload/Native/envp/0/1").asText());
        assertTrue(plan.notes().get("web").get(0).startsWith("min_uptime_ms is 2000"), plan.notes()::toString);
        ImportPlan never = runpm(row("").replace("'autorestart':true", "'autorestart':false"));
        assertEquals("never", command(never, 0).at("/restart/policy").asText());
    }

    @Test
    @DisplayName("B14, B18: what cannot be a command is refused with the reason, and the others come")
    void b14() {
        ImportPlan plan = runpm(
                row("").replace("web", ""),
                row("").replace("['/bin/sleep','600']", "[]").replace("web", "empty"),
                row("").replace("[['A','b=c']]", "[['','x']]").replace("web", "env"),
                row("").replace("/srv", "srv").replace("web", "cwd"),
                row(""),
                row(""));
        assertEquals(1, plan.workspaces().get(0).at("/shipote/commands").size());
        List<String> refused = plan.refused().stream()
                .map(entry -> entry.label() + ": " + String.join("; ", entry.notes()))
                .toList();
        assertEquals(5, refused.size(), refused::toString);
        assertTrue(refused.get(0).contains("name: is blank"), refused.get(0));
        assertTrue(refused.get(1).contains("cmd: is empty"), refused.get(1));
        assertTrue(refused.get(2).startsWith("env: ") && refused.get(2).contains("envp"), refused.get(2));
        assertTrue(refused.get(3).contains("shipote.cwd: must be an absolute path"), refused.get(3));
        assertEquals("web: name: stands there already", refused.get(4));
    }

    @Test
    void servicesOfZinitComeIfTheirDefinitionIsThere() {
        ImportPlan plan = read("{'version':1,'saved_at':1,'boot_time':0,'config_dir':'/etc/zinit/services',"
                + "'socket_path':'/run/zinit.sock','services':{"
                + "'disk':{'name':'disk','state':'running','pid':7,'ephemeral':false},"
                + "'api':{'name':'api','state':'running','pid':8,'ephemeral':true,'config':{"
                + "'service':{'name':'api','exec':'exec api --port 1','dir':'/srv','env':{'A':'b'},'status':'start'},"
                + "'dependencies':{'after':['db'],'requires':[]},"
                + "'lifecycle':{'restart':'on-failure','restart_delay_ms':100,'restart_delay_max_ms':9000,"
                + "'max_restarts':4,'stop_timeout_ms':5000,'stop_signal':'SIGINT'}}},"
                + "'log':{'name':'log','state':'running','ephemeral':true,'config':{'service':"
                + "{'name':'log','exec':'@builtin:syslog'}}},"
                + "'once':{'name':'once','state':'exited','ephemeral':true,'config':{'service':"
                + "{'name':'once','exec':'true','oneshot':true}}}}}");
        assertEquals("zinit", plan.format());
        assertEquals("zinit", plan.workspaces().get(0).at("/spec/label").asText());
        JsonNode api = command(plan, 0);
        assertEquals(
                "[\"-c\",\"exec api --port 1\"]",
                api.at("/spec/payload/Native/argv").toString());
        assertEquals("[[\"A\",\"b\"]]", api.at("/spec/payload/Native/envp").toString());
        assertEquals("up", api.path("wanted").asText());
        assertEquals(
                "{\"policy\":\"on_failure\",\"backoff_ms\":100,\"max_backoff_ms\":9000,\"max\":4}",
                api.path("restart").toString());
        assertEquals(
                "{\"cwd\":\"/srv\",\"stop_grace_ms\":5000,\"stop_signal\":\"SIGINT\"}",
                api.at("/spec/shipote").toString());
        assertEquals(
                List.of("dependencies has no counterpart here and was left out"),
                plan.notes().get("api"));
        assertEquals("never", command(plan, 1).at("/restart/policy").asText());
        assertEquals("down", command(plan, 1).path("wanted").asText());
        assertEquals(
                List.of("disk", "log"),
                plan.refused().stream().map(ImportedEntry::label).toList());
        assertTrue(plan.refused().get(0).notes().get(0).contains("/etc/zinit/services"));
    }
}
