package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
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
                        + "{'id':'01ARZ3NDEKTSV4RRFFQ69G5FAW','label':'sort','state':'exited','status':0,'restarts':0,"
                        + "'started_ms':1700000000000,'argv':['sort']}]");
        assertEquals("""
                ID                          NAME  STATE    PID  STATUS  RESTARTS  AGE    COMMAND
                01ARZ3NDEKTSV4RRFFQ69G5FAV  api   running  7    -       2         5s     java -jar a.jar
                01ARZ3NDEKTSV4RRFFQ69G5FAW  sort  exited   -    0       0         1m40s  sort
                """, CommandText.table(list, NOW));
        assertEquals("(no commands)\n", CommandText.table(tree("[]"), NOW));
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
                """, StatsText.table(reply));
        assertEquals("(no samples)\n", StatsText.table(tree("{'samples':[]}")));
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
}
