package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTest {
    private static final long NOW = 1_700_000_100_000L;

    private static JsonNode tree(String json) {
        return CardJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void workspaces() {
        JsonNode list = tree("[{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAV','label':'web','state':'active','commands_alive':1,"
                + "'commands_total':2,'pipelines_alive':0,'created_ms':1700000000000},"
                + "{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAW','label':'informes ✓','state':'stopped','commands_alive':0,"
                + "'commands_total':0,'pipelines_alive':12,'created_ms':1699990000000,'deadline_ms':1700007300000}]");
        assertEquals("""
                ID                          LABEL       STATE    CMDS  PIPES  AGE    TTL
                01ARZ3NDEKTSV4RRFFQ69G5FAV  web         active   1/2   0      1m40s  -
                01ARZ3NDEKTSV4RRFFQ69G5FAW  informes ✓  stopped  0/0   12     2h48m  2h
                """, WsList.table(list, NOW));
        assertEquals("(no workspaces)\n", WsList.table(tree("[]"), NOW));
    }

    @Test
    void commands() {
        JsonNode list =
                tree("[{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAV','name':'api','label':'java','state':'running','pid':7,"
                        + "'restarts':2,'started_ms':1700000095000,'argv':['java','-jar','a.jar']},"
                        + "{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAW','label':'sort','state':'exited','status':0,'ended_by':'itself','restarts':0,"
                        + "'started_ms':1700000000000,'argv':['sort']}]");
        assertEquals("""
                ID                          NAME  STATE    PID  STATUS  ENDED BY  RESTARTS  AGE    COMMAND
                01ARZ3NDEKTSV4RRFFQ69G5FAV  api   running  7    -       -         2         5s     java -jar a.jar
                01ARZ3NDEKTSV4RRFFQ69G5FAW  sort  exited   -    0       itself    0         1m40s  sort
                """, CommandText.table(list, NOW));
        assertEquals("(no commands)\n", CommandText.table(tree("[]"), NOW));
    }

    @Test
    void aCommandIsShownWithItsEnvironment() {
        JsonNode command = tree("{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAV','state':'running','argv':['a']}");
        JsonNode spec = tree("{'payload':{'Native':{'envp':[['A','<hidden>'],['B','x y']]}},"
                + "'shipote':{'env_file':'/etc/a.env'}}");
        String facts = CommandText.facts(command, spec, NOW);
        assertTrue(facts.contains("environment:  A=<hidden> B=x y\nenv file:     /etc/a.env\n"), facts);
        String plain = CommandText.facts(command, tree("{'payload':{'Native':{'envp':[]}}}"), NOW);
        assertTrue(!plain.contains("env"), plain);
    }

    @Test
    void restartsBeyondTheLimitAreSlow() {
        String retry = "{'retry':{'since_reset':%d,'max':2,'forever':true}}";
        assertEquals("2 of 2, then slowly", RetryText.of(tree(retry.formatted(2)), NOW));
        assertEquals("3, slowly after the first 2", RetryText.of(tree(retry.formatted(3)), NOW));
    }

    @Test
    void cutsCellsAndTakesControlCharactersOut() {
        Table table = new Table("A", "B").row("x".repeat(50), "y".repeat(50)).row("\u001b[31mred\n", null);
        assertEquals(
                "A" + " ".repeat(41) + "B\n" + "x".repeat(39) + "…  " + "y".repeat(50) + "\n" + "?[31mred?"
                        + " ".repeat(33) + "-\n",
                table.text());
    }

    @Test
    void drawsSparklines() {
        assertEquals("", Sparkline.of(new double[] {}));
        assertEquals("▁▁", Sparkline.of(new double[] {0, 0}));
        assertEquals("▁▅█", Sparkline.of(new double[] {0, 50, 100}));
        assertEquals("·█·", Sparkline.of(new double[] {Double.NaN, 3, Double.NaN}));
        assertEquals("▁▂▃▄▅▆▇█", Sparkline.of(new double[] {0, 1, 2, 3, 4, 5, 6, 7}));
        assertEquals(Sparkline.MAX, Sparkline.of(new double[200]).length());
    }

    @Test
    void stats() {
        JsonNode reply = tree(
                "{'samples':[{'commands_alive':1,'commands_total':1,'rss_bytes':1048576,'rss_peak_bytes':2097152,"
                        + "'cpu_usec':1500000,'cpu_percent':null,'cpu_cores':2,'uptime_ms':1,'source':'cgroup'},"
                        + "{'commands_alive':1,'commands_total':1,'rss_bytes':2097152,'rss_peak_bytes':null,"
                        + "'cpu_usec':1600000,'cpu_percent':49.987663,'cpu_cores':2,'uptime_ms':2,'source':'cgroup'}]}");
        assertEquals("""
                TIME  CMDS  CPU    MEMORY  PEAK  CPU TIME  SOURCE
                -     1/1   -      1.0M    2.0M  1s        cgroup
                -     1/1   50.0%  2.0M    -     1s        cgroup

                cpu     ·█
                memory  ▅█
                """, StatsText.table(reply, 20));
        assertEquals("(no samples)\n", StatsText.table(tree("{'samples':[]}"), 20));
    }

    @Test
    void rolledUpStatsHaveTheColumnsThatAreKnown() {
        String sample = "{'commands_alive':1,'commands_total':1,'rss_bytes':1048576,'cpu_percent':12.5,"
                + "'cpu_percent_max':80,'rss_max_bytes':3145728,'io_read_bytes':0,'io_write_bytes':2048,"
                + "'pressure':{'cpu_some':1.25,'cpu_full':0,'io_some':7},'source':'cgroup'}";
        JsonNode reply = tree("{'tier':'60s','samples':[" + sample + "," + sample + "," + sample + "]}");
        assertEquals("""
                (1 samples before: --tail)
                TIME  CMDS  CPU    MEMORY  PEAK  CPU TIME  CPU MAX  MEM MAX  READ  WRITTEN  CPU PRESSURE  IO PRESSURE  SOURCE
                -     1/1   12.5%  1.0M    -     -         80.0%    3.0M     0B    2.0K     1.3/0.0%      7.0%         cgroup
                -     1/1   12.5%  1.0M    -     -         80.0%    3.0M     0B    2.0K     1.3/0.0%      7.0%         cgroup

                cpu     ███
                memory  ███
                """, StatsText.table(reply, 2));
    }

    @Test
    void manyNumbersAreDrawnInOneRow() {
        double[] values = new double[600];
        values[7] = 8;
        values[599] = 4;
        String row = Sparkline.whole(values);
        assertEquals(Sparkline.MAX, row.length());
        assertEquals('█', row.charAt(0), "a peak is not lost");
        assertEquals('▅', row.charAt(Sparkline.MAX - 1));
    }

    @Test
    void whatCommandsUse() {
        JsonNode list = tree(
                "[{'id':'01A','name':'api','state':'running','usage':{'cpu_percent':25.04,'cpu_usec':3500000,"
                        + "'memory_bytes':2048,'memory_peak_bytes':4096,'source':'cgroup'}},"
                        + "{'id':'01B','label':'sort','state':'exited','usage':{'cpu_usec':90000,'memory_peak_bytes':1048576,"
                        + "'io_read_bytes':512,'io_write_bytes':0,'source':'total'}},{'id':'01C','label':'new','state':'starting'}]");
        assertEquals("""
                ID   NAME  STATE     CPU    CPU TIME  MEMORY  PEAK  READ  WRITTEN  SOURCE
                01A  api   running   25.0%  3s        2.0K    4.0K  -     -        cgroup
                01B  sort  exited    -      90ms      -       1.0M  512B  0B       total
                01C  new   starting  -      -         -       -     -     -        -
                """, CommandText.stats(list));
    }

    @Test
    void quotas() {
        JsonNode reply = tree("{'mem_limit':1048576,'nproc_limit':10,'mem_enforce':'kill','nproc_enforce':'log',"
                + "'breaches':['memory: 2 bytes > 1 bytes limit'],'mem_used':2048,'nproc_used':3,'mem_by':'sampler',"
                + "'nproc_by':'kernel','breach_count':2,'breach_log':[{'at_ms':1700000040000,'what':'mem','used':2097152,"
                + "'limit':1048576,'by':'sampler','outcome':'killed','command':'01A'},{'at_ms':1700000095000,"
                + "'what':'nproc','used':10,'limit':10,'by':'kernel','outcome':'refused'}]}");
        assertEquals("""
                memory limit:   1.0M
                in use:         2.0K
                when over:      kill
                kept by:        sampler
                process limit:  10
                in use:         3
                when over:      log
                kept by:        kernel
                over now:       memory: 2 bytes > 1 bytes limit
                breaches:       2
                breach:         1m ago: memory 2.0M of 1.0M, killed by the sampler: 01A
                breach:         5s ago: processes 10 of 10, refused by the kernel
                """, WsQuota.text((ObjectNode) reply, NOW));
    }

    @Test
    void watchedStatsHaveTheirHeadingsOnce() {
        StatsText.Watch watch = new StatsText.Watch();
        JsonNode reply = tree("{'samples':[{'commands_alive':1,'commands_total':1,'cpu_percent':10}]}");
        assertEquals(2, watch.lines(reply).lines().count());
        String second = watch.lines(reply);
        assertEquals(1, second.lines().count());
        assertEquals("██", second.substring(second.length() - 3).trim());
    }

    @Test
    void events() {
        JsonNode event =
                tree("{'at_ms':1700000000123,'kind':'command','command':'01A','state':'exited','detail':'a\\nb'}");
        assertEquals("2023-11-14T22:13:20.123Z  command  command=01A  state=exited  detail=a?b", Events.line(event));
    }

    @Test
    void edgesAndWhatTheirBytesSeemToBe() {
        JsonNode edges = tree("[{'from':'dump','from_output':'stdout','to':'load','to_input':'stdin','path':'direct',"
                + "'verdict':{'discernment':{'media_type':'application/gzip','confidence':0.99,'structure':'binary'},"
                + "'bytes':4096,'sampled':true}},{'from':'dump','from_output':'3','to':'log','to_input':'stdin',"
                + "'path':'pumped','verdict':{'discernment':{'media_type':'text/csv','confidence':0.75,"
                + "'encoding':'UTF-8','structure':'csv'},'bytes':120,'sampled':false}},"
                + "{'from':'dump','from_output':'stderr','to':'log','to_input':'4','path':'direct'}]");
        assertEquals("""
                EDGE  FROM           TO            PATH    STRUCTURE  MEDIA TYPE        ENCODING  SURE  SEEN
                0     dump [stdout]  load [stdin]  direct  binary     application/gzip  -         99%   waiting 4.0K
                1     dump [3]       log [stdin]   pumped  csv        text/csv          UTF-8     75%   first 120B
                2     dump [stderr]  log [4]       direct  -          -                 -         -     -
                """, PipelineText.edges(edges));
        assertEquals("(no edges)\n", PipelineText.edges(tree("[]")));
    }

    @Test
    void theNextTryIsToldOnce() {
        String due = "{'state':'backoff','next_try_ms':9000,'retry':{'since_reset':1,'next_try_ms':9000}}";
        String retries = PipelineText.facts(tree(due), 1_000);
        assertTrue(retries.contains("retries:     1, the next in 8s\n") && !retries.contains("next try:"), retries);
        String stage = PipelineText.facts(tree("{'state':'running','next_try_ms':9000}"), 1_000);
        assertTrue(stage.contains("next try:    in 8s\n"), stage);
    }

    @Test
    void findings() {
        JsonNode findings = tree("[{'check':'java','verdict':'ok','found':'17','advice':null,'fixed':false},"
                + "{'check':'tools','verdict':'warning','found':'bwrap is not installed: mounts','advice':'install it'},"
                + "{'check':'state directory','verdict':'ok','found':'/s was open','fixed':true},"
                + "{'check':'disk','verdict':'problem','found':'full\\n','advice':'make room'}]");
        assertEquals("""
                ok       java             17
                warning  tools            bwrap is not installed: mounts
                                          -> install it
                fixed    state directory  /s was open
                problem  disk             full?
                                          -> make room
                """, Doctor.text(findings));
    }
}
