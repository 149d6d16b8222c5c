package io.shipote.cli;

import io.shipote.card.Graph;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A pipeline as lines from top to bottom, producers above their consumers: one row for each stage, and one in between where lines
 * part or meet. Each column belongs to an edge that has left its producer and not yet come to its consumer.
 */
final class GraphPicture {
    /** A picture with more columns is not shown: no terminal is so wide. */
    static final int MAX_COLUMNS = 60;

    private static final int FREE = -1;

    private final Graph graph;
    private final StringBuilder text = new StringBuilder();
    /** The consumer that each column leads to. */
    private final List<Integer> columns = new ArrayList<>();

    /** The column of the stage before, if that feeds nothing. */
    private int ended = FREE;

    private int widest;

    private GraphPicture(Graph graph) {
        this.graph = graph;
    }

    /** Each row ends with a line feed; empty if it were too wide. */
    static String of(Graph graph) {
        GraphPicture picture = new GraphPicture(graph);
        graph.order().forEach(picture::stage);
        return picture.widest > MAX_COLUMNS ? "" : picture.text.toString();
    }

    private void stage(int node) {
        int own = columns.indexOf(node);
        if (own < 0) {
            own = begin(node);
        }
        Set<Integer> meeting = new TreeSet<>();
        for (int column = own + 1; column < columns.size(); column++) {
            if (columns.get(column) == node) {
                meeting.add(column);
            }
        }
        if (!meeting.isEmpty()) {
            across(own, meeting, '┴', '╯');
            meeting.forEach(column -> columns.set(column, FREE));
            trim();
        }
        down(own, graph.label(node));
        Iterator<Integer> consumers = graph.consumers(node).iterator();
        ended = consumers.hasNext() ? FREE : own;
        columns.set(own, consumers.hasNext() ? consumers.next() : FREE);
        Set<Integer> parting = new TreeSet<>();
        while (consumers.hasNext()) {
            parting.add(take(own + 1, consumers.next()));
        }
        if (!parting.isEmpty()) {
            across(own, parting, '┬', '╮');
        }
        trim();
    }

    private void trim() {
        while (!columns.isEmpty() && columns.get(columns.size() - 1) == FREE) {
            columns.remove(columns.size() - 1);
        }
    }

    /** A stage that nothing feeds must not stand right below one that feeds nothing: it would look fed by it. */
    private int begin(int node) {
        int own = take(0, node);
        if (own == ended) {
            int next = take(own + 1, node);
            columns.set(own, FREE);
            return next;
        }
        return own;
    }

    /** Gives a free column, from this one on, to a consumer. */
    private int take(int from, int consumer) {
        for (int column = from; column < columns.size(); column++) {
            if (columns.get(column) == FREE) {
                columns.set(column, consumer);
                return column;
            }
        }
        columns.add(consumer);
        widest = Math.max(widest, columns.size());
        return columns.size() - 1;
    }

    /** A row in which one column is joined with others to its right. */
    private void across(int from, Set<Integer> to, char between, char last) {
        int end = to.stream().max(Integer::compare).orElseThrow();
        StringBuilder row = new StringBuilder();
        for (int column = 0; column < columns.size(); column++) {
            boolean inside = column > from && column < end;
            char free = inside ? '─' : ' ';
            char other = columns.get(column) == FREE ? free : inside ? '┼' : '│';
            char joined = column == end ? last : between;
            row.append(column == from ? '├' : to.contains(column) ? joined : other);
            row.append(column >= from && column < end ? '─' : ' ');
        }
        text.append(row.toString().stripTrailing()).append('\n');
    }

    private void down(int own, String label) {
        for (int column = 0; column < columns.size(); column++) {
            char other = columns.get(column) == FREE ? ' ' : '│';
            text.append(column == own ? '●' : other).append(' ');
        }
        text.append(label).append('\n');
    }
}
