package io.millrace.lab.bench.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * The results of one suite.
 *
 * @param suite  its name
 * @param title  what was asked of everyone, in a line
 * @param table  the figures as text
 * @param charts the figures to look at
 * @param ratios the figures that count
 * @param notes  what else is to be known, a line each
 * @param limited who took all that was offered, at the greatest pace of the sender: their rates can't be ranked
 * @param rounds all that was measured, for tools
 */
public record Section(
        String suite,
        String title,
        Table table,
        List<Chart> charts,
        List<Ratio> ratios,
        List<String> notes,
        List<String> limited,
        List<Map<String, Object>> rounds) {
    /** Of a suite in which nobody is held up by the sender. */
    public Section(
            String suite,
            String title,
            Table table,
            List<Chart> charts,
            List<Ratio> ratios,
            List<String> notes,
            List<Map<String, Object>> rounds) {
        this(suite, title, table, charts, ratios, notes, List.of(), rounds);
    }

    /** Prints all but what is for tools. */
    public void print(PrintWriter out) {
        table.print(out);
        notes.forEach(note -> out.println("  " + note));
        out.flush();
    }
}
