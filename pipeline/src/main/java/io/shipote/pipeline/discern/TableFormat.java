package io.shipote.pipeline.discern;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Comma-separated values and their kin (RFC 4180): the same number of columns, two or more, in each record. */
final class TableFormat implements Format {
    private static final char[] SEPARATORS = {',', '\t', ';', '|'};
    private static final int MIN_RECORDS = 2;
    private static final int SURE_RECORDS = 4;

    @Override
    public Optional<Guess> look(Text text) {
        Optional<Guess> best = Optional.empty();
        int widest = 1;
        for (char separator : SEPARATORS) {
            int columns = columns(text, separator);
            if (columns > widest) {
                widest = columns;
                best = Optional.of(guess(separator, columns, text));
            }
        }
        return best;
    }

    private static Guess guess(char separator, int columns, Text text) {
        boolean tabs = separator == '\t';
        long records = text.wholeLines().lines().count();
        return new Guess(
                tabs ? "text/tab-separated-values" : "text/csv",
                records >= SURE_RECORDS ? 0.92 : 0.75,
                tabs ? "tsv" : "csv",
                Kind.plain(tabs ? "tsv" : "csv"),
                columns + " columns, separated by " + (tabs ? "tabs" : "'" + separator + "'"));
    }

    /** The columns of every record; 0 if they differ, or if there are too few records. */
    private static int columns(Text text, char separator) {
        String lines = text.wholeLines();
        if (lines.indexOf(separator) < 0) {
            return 0;
        }
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(true)
                .get();
        int columns = 0;
        int records = 0;
        try (CSVParser parser = CSVParser.parse(new StringReader(lines), format)) {
            for (CSVRecord record : parser) {
                if (records > 0 && record.size() != columns || prose(record, separator)) {
                    return 0;
                }
                columns = record.size();
                records++;
            }
        } catch (IOException | UncheckedIOException e) {
            // A quote that is never closed: the cut went through a quoted value, or it is no table.
            return text.whole() || records < SURE_RECORDS ? 0 : columns;
        }
        return records < MIN_RECORDS ? 0 : columns;
    }

    /** Commas in sentences have a blank behind them, and long pieces between them. */
    private static boolean prose(CSVRecord record, char separator) {
        return separator == ','
                && record.size() > 1
                && record.stream()
                        .skip(1)
                        .allMatch(value -> value.startsWith(" ") && value.trim().contains(" "));
    }
}
