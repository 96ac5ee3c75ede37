package io.millrace.lab.bench.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * The results of one suite.
 *
 * @param suite   its name
 * @param title   what was asked of everyone, in a line
 * @param table   the figures as text
 * @param charts  the figures to look at
 * @param ratios  the figures that count
 * @param notes   further notes, a line each
 * @param limited contenders that took everything that the sender could offer, so that their rates can't be ranked
 * @param rounds  everything that was measured, for tools
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
    /** Makes the section of a suite in which the sender limits nobody. */
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

    /** Prints the section, except what is for tools. */
    public void print(PrintWriter out) {
        table.print(out);
        notes.forEach(note -> out.println("  " + note));
        out.flush();
    }
}
